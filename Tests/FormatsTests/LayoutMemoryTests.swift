import Formats
import Testing

@Suite struct `The memory of a layout` {
  @Test func `gives the layout back`() throws {
    let xml = XMLLayout(
      recordPath: ["export", "order"],
      arrays: [["line"], ["line", "tag"]],
      structured: [["line"]],
      attributeClashes: [["line", "id"]]
    )
    let json = JSONLayout(.keyed([.member(Array("a.b c".utf8)), .element(2)]))
    for layout in [Layout.xml(xml), .json(json), .json(JSONLayout(.array([.member([0x78])])))] {
      let memory = try #require(layout.memory)
      #expect(Layout(memory: memory) == layout, "\(memory)")
    }
  }

  @Test func `holds nothing of layouts that every drop shows anew`() {
    #expect(Layout.empty.memory == nil)
    #expect(Layout.json(JSONLayout(.lines)).memory == nil)
    #expect(Layout.json(JSONLayout(.document)).memory == nil)
  }

  @Test(arguments: ["", "yaml x", "xml ", "xml a\nlist b", "json ]["])
  func `is refused where it is none`(text: String) {
    #expect(Layout(memory: text) == nil)
  }
}
