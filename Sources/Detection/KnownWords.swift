import Bytes

/// Words beyond ASCII that exports hold: those of Unicode's CLDR, and heads of columns, which it lacks.
enum KnownWords {
  /// Whether a word, by the hash of its small letters, is one of them.
  ///
  /// The hash's upper half is looked up: of a million other words, some five pass for known.
  static func contains(_ hash: UInt64) -> Bool {
    let wanted = UInt32(truncatingIfNeeded: hash >> 32)
    var low = 0
    var high = hashes.count
    while low < high {
      let middle = (low + high) / 2
      if hashes[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < hashes.count && hashes[low] == wanted
  }

  /// One step of a word's hash (FNV-1a over scalars).
  static func step(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
    (hash ^ UInt64(scalar)) &* 0x100_0000_01b3
  }

  /// The hash of no letters.
  static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  private static let hashes: [UInt32] = {
    let own = heads.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { word in
      UInt32(truncatingIfNeeded: word.unicodeScalars.reduce(start) { step($0, $1.value) } >> 32)
    }
    return (unpack(CommonWords.packed) + own).sorted()
  }()

  /// Ascending numbers from their differences (LEB128), in base 64.
  private static func unpack(_ text: String) -> [UInt32] {
    var number: UInt32 = 0
    return PackedNumbers.unpack(Base64.decode(text)).map { difference in
      number &+= difference
      return number
    }
  }

  private static let heads = """
    währung straße größe münchen köln für über gebühr überweisung empfänger käufer verkäufer zürich \
    düsseldorf libellé débit crédit société numéro référence opération qualité prénom téléphone \
    quantité durée état descripción número dirección teléfono código operación descrição endereço \
    operação não são preço município città società attività quantità località för från är göteborg \
    malmö värde beløb beløp kjøp på københavn køb päivä määrä összeg név cím város ország imię \
    miejscowość łódź kraków gdańsk poznań wrocław częstochowa ulica ilość wartość częstość název \
    číslo účet účtu město příjmení jméno částka množství názov mesto množstvo priezvisko število \
    država čas račun područje količina preț sumă bucurești bucureşti cantitate açıklama müşteri \
    tutarı şehir ürün kiekis pavadinimas дата сумма номер имя адрес город страна цена количество \
    дата сума ім'я країна ціна кількість ημερομηνία ποσό όνομα ποσότητα τιμή תאריך סכום שם כמות \
    التاريخ المبلغ الاسم الكمية
    """
}
