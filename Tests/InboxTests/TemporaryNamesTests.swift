import Inbox
import Testing

struct TemporaryNamesTests {
  @Test(arguments: [
    ".a", "a.csv~", "~$book.xlsx", ".~lock.a.ods#", "a.staging", "a.temp", "a.tmp", "a.csv.part",
    "a.partial", "a.csv.filepart", "a.crdownload", "a.download", "a.upload", "a.uploading",
    ".a.swp", "a.swp", "a.!ut", "a.aria2", ".in.a.", ".a.csv.9GB9XG", "._a", ".DS_Store",
    "Thumbs.db", "THUMBS.DB", "desktop.ini", ".nfs000", ".fuse_hidden1", ".goutputstream-X",
    ".syncthing.a.tmp", "b.csv.0000000002", "a.ocTransferId123.part", "_done", "_own.csv",
    "A.PART", "",
  ])
  func `is left alone`(name: String) {
    #expect(TemporaryNames.isIgnored(Array(name.utf8)))
  }

  @Test(arguments: [
    "a.csv", "part", "a.parts", "a.csv.gz", "a~b.csv", "~a.csv", "0000000002", "a.000000002",
    "a.00000000022", "data.0000000002x", "-rf", "a b.csv", "con", "thumbs.db.csv", "tmp", "$(x)",
    "<img onerror>", "a_b", "\u{202E}vsc.a",
  ])
  func `is a drop`(name: String) {
    #expect(!TemporaryNames.isIgnored(Array(name.utf8)))
  }

  @Test func `bytes that are no text are a drop`() {
    #expect(!TemporaryNames.isIgnored([0xFF, 0x0A, 0x1B]))
  }
}
