import GRDB

/// The ledger's tables.
///
/// A migration that was released is never changed: a new one follows it. No `IN` with a list where
/// a group's statements come by: SQLite builds a table of the list each time.
enum Tables {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: drops, feeds, schemas, batches, runs") { database in
      try database.execute(sql: first)
    }
    migrator.registerMigration("identity: modes, states, what was forgotten") { database in
      try database.execute(sql: identity)
    }
    migrator.registerMigration("layouts of feeds") { database in
      try database.execute(sql: layouts)
    }
    migrator.registerMigration("notations: how columns are written") { database in
      try database.execute(sql: notations)
    }
    migrator.registerMigration("contracts and decisions") { database in
      try database.execute(sql: contracts)
    }
    migrator.registerMigration("statements: what drops were converted under") { database in
      try database.execute(sql: statements)
    }
    migrator.registerMigration("sketches of columns, renames, repeats of keys") { database in
      try database.execute(sql: renames)
    }
    migrator.registerMigration("order: the newest record of a feed") { database in
      try database.execute(sql: order)
    }
    migrator.registerMigration("what batches tell that no drop brought") { database in
      try database.execute(sql: told)
    }
    migrator.registerMigration("erasures: subjects, what was found of them, originals to be cut") {
      database in
      try database.execute(sql: erasures)
    }
    return migrator
  }

  private static let told = """
    ALTER TABLE batches ADD COLUMN told INTEGER NOT NULL DEFAULT 0 CHECK (told >= 0);
    UPDATE batches SET told = max(0, records - (
      SELECT coalesce(sum(written), 0) FROM drops WHERE drops.batch = batches.id));
    """

  // No table has a person's value: `token` is its fingerprint under the ledger's key, `salt` and `hash`
  // are what targets are told.
  private static let erasures = """
    CREATE TABLE subjects (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      name TEXT NOT NULL,
      token BLOB NOT NULL CHECK (length(token) = 16),
      PRIMARY KEY (feed, name, token)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE erasures (
      id INTEGER PRIMARY KEY,
      feed INTEGER NOT NULL REFERENCES feeds (id),
      name TEXT NOT NULL,
      salt BLOB NOT NULL CHECK (length(salt) = 16),
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      user TEXT NOT NULL,
      made INTEGER NOT NULL,
      tombstone INTEGER REFERENCES batches (id),
      done INTEGER
    ) STRICT;

    CREATE TABLE erased (
      erasure INTEGER NOT NULL REFERENCES erasures (id),
      kind TEXT NOT NULL CHECK (
        kind = 'original' OR kind = 'held' OR kind = 'rejects' OR kind = 'batch' OR kind = 'unread'),
      place BLOB NOT NULL,
      records INTEGER NOT NULL CHECK (records >= 0),
      PRIMARY KEY (erasure, kind, place)
    ) STRICT, WITHOUT ROWID;

    -- Drops whose originals may hold records of subjects, to be looked into once they are in place.
    CREATE TABLE cuts (
      drop_id INTEGER PRIMARY KEY REFERENCES drops (id) ON DELETE CASCADE
    ) STRICT;
    """

  private static let notations = """
    CREATE TABLE notations (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      name TEXT NOT NULL,
      notation TEXT NOT NULL,
      PRIMARY KEY (feed, name)
    ) STRICT, WITHOUT ROWID;
    """

  private static let order = """
    ALTER TABLE feeds ADD COLUMN newest_column TEXT;
    ALTER TABLE feeds ADD COLUMN newest TEXT;
    """

  private static let statements = """
    ALTER TABLE drops ADD COLUMN statement BLOB CHECK (length(statement) = 32);
    """

  private static let renames = """
    ALTER TABLE feeds ADD COLUMN key_repeats REAL;

    CREATE TABLE sketches (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      name TEXT NOT NULL,
      body BLOB NOT NULL,
      PRIMARY KEY (feed, name)
    ) STRICT;

    CREATE TABLE renames (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      old TEXT NOT NULL,
      new TEXT NOT NULL,
      source TEXT NOT NULL,
      likelihood REAL NOT NULL,
      names REAL NOT NULL,
      place REAL NOT NULL,
      value_share REAL NOT NULL,
      forms REAL NOT NULL,
      same_type INTEGER NOT NULL,
      version INTEGER NOT NULL,
      shown_by INTEGER NOT NULL REFERENCES drops (id),
      made INTEGER NOT NULL,
      PRIMARY KEY (feed, old, new)
    ) STRICT, WITHOUT ROWID;
    """

  private static let first = """
    CREATE TABLE ledger (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      key_id INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE feeds (
      id INTEGER PRIMARY KEY,
      name BLOB NOT NULL UNIQUE,
      slug TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (length(CAST(slug AS BLOB)) BETWEEN 1 AND 64),
      schema_version INTEGER NOT NULL DEFAULT 0,
      next_sequence INTEGER NOT NULL DEFAULT 1,
      drops INTEGER NOT NULL DEFAULT 0,
      written INTEGER NOT NULL DEFAULT 0,
      duplicates INTEGER NOT NULL DEFAULT 0,
      rejected INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE schemas (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      version INTEGER NOT NULL CHECK (version > 0),
      change TEXT NOT NULL CHECK (
        change = 'first' OR change = 'compatible' OR change = 'widening'),
      proved_by INTEGER NOT NULL REFERENCES drops (id),
      PRIMARY KEY (feed, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE columns (
      feed INTEGER NOT NULL,
      version INTEGER NOT NULL,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      PRIMARY KEY (feed, version, position),
      FOREIGN KEY (feed, version) REFERENCES schemas (feed, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE batches (
      id INTEGER PRIMARY KEY,
      feed INTEGER NOT NULL REFERENCES feeds (id),
      sequence INTEGER NOT NULL CHECK (sequence > 0),
      name TEXT NOT NULL UNIQUE,
      schema_version INTEGER NOT NULL,
      records INTEGER NOT NULL CHECK (records >= 0),
      size INTEGER NOT NULL CHECK (size >= 0),
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      state TEXT NOT NULL CHECK (state = 'ready' OR state = 'published'),
      created INTEGER NOT NULL,
      published INTEGER,
      UNIQUE (feed, sequence),
      FOREIGN KEY (feed, schema_version) REFERENCES schemas (feed, version)
    ) STRICT;
    CREATE INDEX ready_batches ON batches (feed, sequence) WHERE state = 'ready';

    CREATE TABLE staged (
      batch INTEGER NOT NULL REFERENCES batches (id),
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      target TEXT NOT NULL,
      size INTEGER NOT NULL CHECK (size >= 0),
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      PRIMARY KEY (batch, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE drops (
      id INTEGER PRIMARY KEY,
      claim TEXT NOT NULL UNIQUE,
      name BLOB NOT NULL,
      feed INTEGER NOT NULL REFERENCES feeds (id),
      state TEXT NOT NULL CHECK (state = 'claimed' OR state = 'converted' OR state = 'published'
        OR state = 'done' OR state = 'held' OR state = 'rejected'),
      attempts INTEGER NOT NULL CHECK (attempts > 0),
      size INTEGER NOT NULL CHECK (size >= 0),
      first_seen INTEGER NOT NULL,
      settled INTEGER,
      content BLOB CHECK (length(content) = 32),
      content_size INTEGER,
      written INTEGER NOT NULL DEFAULT 0,
      duplicates INTEGER NOT NULL DEFAULT 0,
      rejected INTEGER NOT NULL DEFAULT 0,
      batch INTEGER REFERENCES batches (id),
      duplicate_of INTEGER REFERENCES drops (id),
      reason TEXT,
      CHECK (written = 0 OR batch IS NOT NULL),
      CHECK ((state = 'held' OR state = 'rejected') = (reason IS NOT NULL)),
      CHECK ((state = 'converted' OR state = 'published' OR state = 'done')
        = (content IS NOT NULL))
    ) STRICT;
    CREATE INDEX drops_by_content ON drops (feed, content)
      WHERE content IS NOT NULL AND duplicate_of IS NULL;
    CREATE INDEX drops_by_batch ON drops (batch) WHERE batch IS NOT NULL;
    CREATE INDEX open_drops ON drops (state) WHERE state <> 'done';

    -- Apart from the drops, whose rows stay small: a receipt goes when it lies beside the original.
    CREATE TABLE receipts (
      drop_id INTEGER PRIMARY KEY REFERENCES drops (id),
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE rejects (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      code TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (feed, code)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      feed INTEGER NOT NULL REFERENCES feeds (id),
      name TEXT NOT NULL UNIQUE,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      count INTEGER NOT NULL CHECK (count > 0),
      first_batch INTEGER NOT NULL,
      last_batch INTEGER NOT NULL,
      CHECK (first_batch <= last_batch)
    ) STRICT;
    CREATE INDEX runs_by_feed ON runs (feed, first_batch);
    """

  private static let identity = """
    ALTER TABLE feeds ADD COLUMN identity TEXT NOT NULL DEFAULT 'content';
    ALTER TABLE feeds ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'records' CHECK (
      kind = 'records' OR kind = 'states');
    CREATE INDEX drops_by_size ON drops (feed, content_size)
      WHERE content IS NOT NULL AND duplicate_of IS NULL;
    """

  private static let layouts = """
    CREATE TABLE layouts (
      feed INTEGER PRIMARY KEY REFERENCES feeds (id),
      body TEXT NOT NULL
    ) STRICT;
    """

  private static let contracts = """
    ALTER TABLE feeds ADD COLUMN contract TEXT NOT NULL DEFAULT 'evolve' CHECK (
      contract = 'evolve' OR contract = 'pin');
    ALTER TABLE drops ADD COLUMN request TEXT CHECK (
      request = 'release' OR request = 'accept' OR request = 'retry' OR request = 'discard');

    CREATE TABLE contract_exceptions (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      name TEXT NOT NULL,
      PRIMARY KEY (feed, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE decisions (
      id INTEGER PRIMARY KEY,
      feed INTEGER NOT NULL REFERENCES feeds (id),
      drop_id INTEGER REFERENCES drops (id),
      action TEXT NOT NULL,
      detail TEXT NOT NULL,
      user TEXT NOT NULL,
      made INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX decisions_by_drop ON decisions (drop_id) WHERE drop_id IS NOT NULL;

    -- As before, but a person can make a version, and each says when it was made.
    CREATE TABLE new_schemas (
      feed INTEGER NOT NULL REFERENCES feeds (id),
      version INTEGER NOT NULL CHECK (version > 0),
      change TEXT NOT NULL CHECK (change = 'first' OR change = 'compatible'
        OR change = 'widening' OR change = 'breaking'),
      proved_by INTEGER REFERENCES drops (id),
      decided_by TEXT,
      made INTEGER,
      PRIMARY KEY (feed, version),
      CHECK (proved_by IS NOT NULL OR decided_by IS NOT NULL)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO new_schemas SELECT feed, version, change, proved_by, NULL, NULL FROM schemas;
    DROP TABLE schemas;
    ALTER TABLE new_schemas RENAME TO schemas;
    """
}
