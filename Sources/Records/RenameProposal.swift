/// A column that seems to go on under another name: a proposal for a person, never applied by itself.
public struct RenameProposal: Sendable, Hashable, Codable {
  /// What speaks for it; each between 0 and 1.
  public struct Evidence: Sendable, Hashable, Codable {
    /// How alike the names are.
    public var names: Double
    /// Whether the same columns stand before and behind it: both 1, one 0.5.
    public var place: Double
    /// How many of the different values of one have been seen in the other.
    public var values: Double
    /// How alike the values are written: their signs, beginnings and lengths.
    public var forms: Double
    /// Whether both are of one type.
    public var hasSameType: Bool

    /// Evidence of those parts.
    public init(
      names: Double,
      place: Double,
      values: Double,
      forms: Double,
      hasSameType: Bool
    ) {
      self.names = names
      self.place = place
      self.values = values
      self.forms = forms
      self.hasSameType = hasSameType
    }
  }

  /// The column that is gone.
  public var from: String
  /// The column that is new.
  public var to: String
  /// The new column as the source spells it, which is what `rename` goes by.
  public var sourceName: String
  /// How sure it is, between 0 and 1.
  public var likelihood: Double
  /// What speaks for it.
  public var evidence: Evidence

  /// A proposal.
  public init(
    from: String,
    to: String,
    sourceName: String,
    likelihood: Double,
    evidence: Evidence
  ) {
    self.from = from
    self.to = to
    self.sourceName = sourceName
    self.likelihood = likelihood
    self.evidence = evidence
  }
}

extension RenameProposal.Evidence: CustomStringConvertible {
  /// The evidence for people: `same place, same type, 64 % of the values known, forms 97 % alike`.
  public var description: String {
    var parts: [String] = []
    if names >= 1 {
      parts.append("the same name in another spelling")
    } else {
      parts.append("names \(Self.percent(names)) alike")
    }
    switch place {
    case 1: parts.append("same place")
    case 0: parts.append("another place")
    default: parts.append("nearly the same place")
    }
    parts.append(hasSameType ? "same type" : "another type")
    parts.append("\(Self.percent(values)) of the values known")
    parts.append("values written \(Self.percent(forms)) alike")
    return parts.joined(separator: ", ")
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
