// The work of identity-benchmark by RocksDB and SQLite, each with 128 MiB of cache and synced batches.
//
//     identity_peers rocksdb|sqlite FOLDER COUNT BATCH BATCHES
//
// The set is filled in the order of its keys, which is the fastest way for both; the measured batches
// come in no order, as ours do.
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

struct Key {
  unsigned char bytes[16];
  bool operator<(const Key &other) const { return memcmp(bytes, other.bytes, 16) < 0; }
};

static uint64_t mixed(uint64_t number) {
  uint64_t word = (number + 1) * 0x9E3779B97F4A7C15u;
  word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
  word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
  return word ^ (word >> 31);
}

static Key fingerprint(uint64_t number) {
  Key key;
  uint64_t words[2] = {__builtin_bswap64(mixed(2 * number)), __builtin_bswap64(mixed(2 * number + 1))};
  memcpy(key.bytes, words, 16);
  return key;
}

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static long memory(const char *name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name, 0) == 0) return atol(line.c_str() + strlen(name) + 1) / 1024;
  }
  return 0;
}

struct Store {
  virtual void fill(const std::vector<Key> &sorted) = 0;  // a piece of the keys, ascending
  virtual uint64_t take(std::vector<Key> &rows) = 0;      // how many are new, which are kept then
  virtual void rest() {}
  virtual ~Store() {}
};

struct Rocks : Store {
  std::unique_ptr<rocksdb::DB> db;
  explicit Rocks(const std::string &folder) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.IncreaseParallelism(2);
    options.write_buffer_size = 64 << 20;
    options.compression = rocksdb::kNoCompression;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(128 << 20);
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.cache_index_and_filter_blocks = true;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB *opened = nullptr;
    auto status = rocksdb::DB::Open(options, folder, &opened);
    if (!status.ok()) { fprintf(stderr, "%s\n", status.ToString().c_str()); exit(1); }
    db.reset(opened);
  }
  static rocksdb::Slice slice(const Key &key) { return {(const char *)key.bytes, 16}; }
  void put(const std::vector<Key> &keys, bool synced) {
    rocksdb::WriteBatch batch;
    for (auto &key : keys) batch.Put(slice(key), {});
    rocksdb::WriteOptions options;
    options.sync = synced;
    options.disableWAL = !synced;
    if (!db->Write(options, &batch).ok()) exit(1);
  }
  void fill(const std::vector<Key> &sorted) override { put(sorted, false); }
  void rest() override {
    db->Flush({});
    db->CompactRange({}, nullptr, nullptr);
  }
  uint64_t take(std::vector<Key> &rows) override {
    std::vector<Key> fresh;
    std::sort(rows.begin(), rows.end());
    const size_t group = 1024;
    for (size_t start = 0; start < rows.size(); start += group) {
      size_t count = std::min(group, rows.size() - start);
      std::vector<rocksdb::Slice> keys;
      for (size_t i = 0; i < count; i++) keys.push_back(slice(rows[start + i]));
      std::vector<rocksdb::PinnableSlice> values(count);
      std::vector<rocksdb::Status> found(count);
      db->MultiGet({}, db->DefaultColumnFamily(), count, keys.data(), values.data(), found.data(), true);
      for (size_t i = 0; i < count; i++) {
        if (found[i].IsNotFound()) fresh.push_back(rows[start + i]);
      }
    }
    put(fresh, true);
    return fresh.size();
  }
};

struct Lite : Store {
  sqlite3 *db = nullptr;
  sqlite3_stmt *insert = nullptr;
  void run(const char *sql) {
    char *error = nullptr;
    if (sqlite3_exec(db, sql, nullptr, nullptr, &error) != SQLITE_OK) { fprintf(stderr, "%s\n", error); exit(1); }
  }
  explicit Lite(const std::string &folder) {
    std::filesystem::create_directories(folder);
    if (sqlite3_open((folder + "/set.sqlite").c_str(), &db) != SQLITE_OK) exit(1);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-131072;"
        "CREATE TABLE known (key BLOB PRIMARY KEY) WITHOUT ROWID;");
    sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO known VALUES (?)", -1, &insert, nullptr);
  }
  ~Lite() override {
    sqlite3_finalize(insert);
    sqlite3_close(db);
  }
  uint64_t put(const std::vector<Key> &keys) {
    uint64_t fresh = 0;
    run("BEGIN");
    for (auto &key : keys) {
      sqlite3_bind_blob(insert, 1, key.bytes, 16, SQLITE_STATIC);
      sqlite3_step(insert);
      fresh += sqlite3_changes(db);
      sqlite3_reset(insert);
    }
    run("COMMIT");
    return fresh;
  }
  void fill(const std::vector<Key> &sorted) override { put(sorted); }
  uint64_t take(std::vector<Key> &rows) override {
    std::sort(rows.begin(), rows.end());
    return put(rows);
  }
};

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: identity_peers rocksdb|sqlite FOLDER COUNT BATCH BATCHES\n");
    return 64;
  }
  std::string name = argv[1], folder = argv[2];
  uint64_t count = strtoull(argv[3], nullptr, 10), size = strtoull(argv[4], nullptr, 10);
  uint64_t batches = strtoull(argv[5], nullptr, 10);
  std::unique_ptr<Store> store;
  if (name == "rocksdb") store = std::make_unique<Rocks>(folder); else store = std::make_unique<Lite>(folder);
  double start = now();
  {
    std::vector<Key> all(count);
    for (uint64_t i = 0; i < count; i++) all[i] = fingerprint(i);
    std::sort(all.begin(), all.end());
    for (uint64_t done = 0; done < count; done += size) {
      store->fill(std::vector<Key>(all.begin() + done, all.begin() + std::min(done + size, count)));
    }
  }
  store->rest();
  double filled = now() - start;
  uint64_t next = count;
  for (uint64_t number = 0; number < batches; number++) {
    std::vector<Key> rows(size);
    for (uint64_t row = 0; row < size; row++) {
      rows[row] = row % 20 == 0 ? fingerprint((row * 7919 + number) % count) : fingerprint(next + row);
    }
    double begin = now();
    uint64_t fresh = store->take(rows);
    printf("%s batch %lu: %.3f s\n", name.c_str(), (unsigned long)number, now() - begin);
    if (fresh != size - (size + 19) / 20) {
      printf("%s: %lu new instead of %lu\n", name.c_str(), (unsigned long)fresh, (unsigned long)(size - (size + 19) / 20));
      return 1;
    }
    next += size;
  }
  uint64_t bytes = 0;
  for (auto &file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) bytes += file.file_size();
  }
  uint64_t held = count + batches * (size - (size + 19) / 20);
  printf("%s: %lu fingerprints, filled in %.1f s (sorted), %.2f bytes each, %ld MiB of memory after the batches\n",
         name.c_str(), (unsigned long)held, filled, (double)bytes / held, memory("RssAnon"));
}
