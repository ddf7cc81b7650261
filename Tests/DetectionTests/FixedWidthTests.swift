import Detection
import Formats
import Testing

@Suite struct FixedWidthTests {
  private func layout(_ text: String, _ stated: StatedLayout = StatedLayout()) throws
    -> DelimitedLayout
  {
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true, stated: stated)
    guard case .delimited(let table) = findings.layout else { throw NotDelimited() }
    return table
  }

  private struct NotDelimited: Error {}

  private let stock = """
    Part    Description             Qty    Price
    A-1     Hex bolt, zinc           12     0.15
    A-27    Washer                 1200     0.02
    B-3     Spring, left hand         7    12.50
    B-114   Spring, right hand        9    12.50
    C-9     Bearing 6204 2RS        150     3.99

    """

  @Test func `columns that stand at the same places are found`() throws {
    let table = try layout(stock)
    #expect(table.names == ["Part", "Description", "Qty", "Price"])
    #expect(table.headerRows == 1)
    #expect(table.fixedWidth?.gaps.count == 3)
    #expect(table.dataLine == 2)
  }

  @Test func `a title above the table is none of it`() throws {
    let table = try layout("Stock of 2026-11-01, all places together\n\n" + stock)
    #expect(table.names == ["Part", "Description", "Qty", "Price"])
    #expect(table.preambleLines == 2)
    #expect(table.dataLine == 4)
  }

  @Test func `where words stand in the line by chance, lines stay whole`() throws {
    let prose = """
      The quick brown fox jumps over the lazy dog.
      It was not seen again by anybody that day.
      All its friends had gone away to the sea.
      One of them sent a card from an old town.

      """
    #expect(try layout(prose).fixedWidth == nil)
    #expect(try layout("name\nAnna Maria\nBob\nCarl Otto\nDora\n").fixedWidth == nil)
  }

  @Test(arguments: [
    "a,b,c\n1,  x,  2\n10, yy,  3\n100,zzz, 44\n7,   q,   5\n",
    "1 2 3\n4 5 6\n7 8 9\n3 2 1\n5 5 5\n", "a|b\n1 |x \n22|yy\n3 |z \n4 |w \n",
    "a\tb\n1 \tx\n22\ty\n3 \tz\n4 \tw\n",
  ])
  func `a delimiter that is there is read as one`(text: String) throws {
    #expect(try layout(text).fixedWidth == nil)
  }

  @Test func `widths may be stated`() throws {
    var stated = StatedLayout()
    stated.widths = [3, 4, 2]
    stated.headerRows = 0
    let table = try layout("001Anna7\n002Ben 8\n", stated)
    #expect(table.fixedWidth == FixedWidth(widths: [3, 4, 2]))
    #expect(table.names == ["column_1", "column_2", "column_3"])
  }
}
