import Bytes
import Formats
import Glibc

/// The text of a workbook's sheet.
enum WorkbookText {
  /// Text that is taken in pieces of any size is the same, and is a table of rows.
  static func check(_ bytes: [UInt8], _ share: Share) {
    let descriptor = FuzzedDrop.file(bytes)
    defer { close(descriptor) }
    do throws(BytesError) {
      let workbook = try Workbook(try ZipArchive(descriptor: descriptor))
      func text(_ piece: Int) -> StreamContent {
        StreamContent(piece: piece) { () throws(BytesError) in
          try workbook.text()?.stream ?? ArrayStream([])
        }
      }
      let whole = text(.max)
      for piece in share.some(of: [1, 7, 64]) {
        expect(text(piece), whole, "a sheet in pieces of \(piece)")
      }
      if whole.failure != nil { return }
      CutDigest.check(whole.bytes, GlancedLayout.delimited(whole.bytes, share), share)
    } catch {}
  }
}
