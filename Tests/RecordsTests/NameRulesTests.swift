import Records
import Testing

@Suite struct `Name rules` {
  @Test(arguments: [
    ("Order ID", "order_id"), ("orderId", "order_id"), ("OrderID", "order_id"),
    ("HTTPCode", "http_code"), ("order_id", "order_id"), ("Größe (cm)", "größe_cm"),
    ("  ", "  "), ("%", "%"), ("A1B2", "a1_b2"), ("total €", "total"), ("_key", "_key"),
    ("@id", "@id"), ("ÉtatCivil", "état_civil"), ("日付", "日付"), ("x--y", "x_y"),
    ("ID", "id"), ("iPhone14Pro", "i_phone14_pro"),
  ])
  func `spell names as snake_case`(name: String, spelled: String) {
    var rules = NameRules()
    rules.style = .snakeCase
    #expect(rules.name(for: name) == spelled)
    #expect(rules.name(for: rules.name(for: name)) == spelled)
  }

  @Test func `let a name by hand stand as it is`() {
    var rules = NameRules()
    rules.style = .snakeCase
    rules.renames = ["Order No.": "OrderNumber"]
    #expect(rules.name(for: "Order No.") == "OrderNumber")
  }
}
