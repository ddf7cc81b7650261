/// Words beyond ASCII that exports hold in nearly every language: months, days, what columns are called.
enum KnownWords {
  /// Whether a word, by its small letters, is one of them.
  static func contains(_ hash: UInt64) -> Bool { hashes.contains(hash) }

  /// One step of a word's hash (FNV-1a over scalars).
  static func step(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
    (hash ^ UInt64(scalar)) &* 0x100_0000_01b3
  }

  /// The hash of no letters.
  static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  private static let hashes: Set<UInt64> = {
    var hashes: Set<UInt64> = []
    for word in words.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      hashes.insert(word.unicodeScalars.reduce(start) { step($0, $1.value) })
    }
    return hashes
  }()

  private static let words = """
    märz jänner währung straße größe münchen köln österreich für über gebühr überweisung empfänger \
    käufer verkäufer zürich düsseldorf dänemark ägypten türkei rumänien südafrika südkorea französisch \
    février août décembre libellé débit crédit société numéro référence opération qualité prénom \
    téléphone quantité durée société état états états-unis européenne royaume république île îles \
    descripción número dirección teléfono año día país españa compañía código operación méxico peru \
    miércoles sábado perú japón república unión estados península dólar dólares \
    março descrição endereço código operação não são preço região município terça sábado janeiro \
    dólar república união ilhas índia áfrica américa japão alemanha frança \
    città società attività quantità località lunedì martedì mercoledì giovedì venerdì università \
    måndag lördag söndag år för från är göteborg malmö värde österrike södra brittiska \
    beløb lørdag søndag beløp kjøp på københavn køb øst sør grønland færøerne østerrike sør-afrika \
    tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta \
    lokakuuta marraskuuta joulukuuta heinäkuu kesäkuu päivä määrä etelä-afrikka itävalta venäjä \
    janúar febrúar apríl maí júní júlí ágúst október nóvember desember ísland \
    märts jaanuar veebruar mõõt lõuna-aafrika põhja \
    január február március április május június július október összeg név cím város ország \
    styczeń kwiecień sierpień wrzesień październik grudzień września października imię miejscowość \
    łódź kraków gdańsk poznań wrocław środa piątek poniedziałek południowa wyspy dolar funt śląsk \
    únor březen květen červen červenec září říjen února března května června července října částka \
    název číslo účet účtu město příjmení jméno měna úterý středa čtvrtek pátek neděle koruna jižní \
    severní ostrovy dolar země \
    marec apríl máj jún júl januára februára apríla mája júna júla októbra názov mesto južná severná \
    mája ostrovy \
    število država čas južna severna otoki srpanj siječanj veljača ožujak siječnja veljače ožujka \
    travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca račun područje južna \
    preț sumă românia bucurești bucureşti iulie africa şi \
    şubat mayıs ağustos eylül kasım aralık açıklama müşteri türkiye doları lirası adaları güney \
    gegužės birželio rugpjūčio rugsėjo lapkričio gruodžio balandžio pietų šiaurės salos doleris \
    janvāris februāris aprīlis maijs jūnijs jūlijs oktobris dolārs salas dienvidāfrika ziemeļu \
    tha\u{301}ng tiê\u{301}ng việt quô\u{301}c đô \
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь января февраля \
    марта апреля мая июня июля августа сентября октября ноября декабря дата сумма номер имя адрес \
    город страна цена доллар рубль острова южная северная \
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня сума долар \
    студзеня лютага сакавіка красавіка чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня мая \
    студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад снежань \
    януари февруари април май юни юли август септември октомври ноември декември острови южна щатски \
    јануар фебруар април мај јун јул август септембар октобар новембар децембар динар долар острва \
    јануари февруари мај јуни јули септември октомври ноември декември острови долар \
    ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου \
    νοεμβρίου δεκεμβρίου ιανουάριος ημερομηνία ποσό όνομα δολάριο νήσοι \
    ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר תאריך סכום שם דולר איי \
    يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر التاريخ المبلغ الاسم \
    جزر دولار ریال ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر \
    มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
    """
}
