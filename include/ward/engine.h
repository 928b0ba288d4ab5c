// include/ward: the decision engine: loads compiled policies, answers requests from many threads
// without a lock.
//
//   auto engine = ward::Engine::Create({}).value();
//   engine.LoadFile("bundle.wardc").value();
//   ward::AttributeId sub = engine.Attribute("token.sub");
//   ward::Reader reader = engine.NewReader().value();        // one per thread
//   ward::Request& request = reader.Begin();                 // pins the live generation
//   request.SetHttp({.method = "GET", .host = "api.example.com", .target = "/orders/7"});
//   request.Set(sub, "ann");
//   const ward::Decision& decision = reader.Decide();
//
// Generations: a *View* is one loaded bundle plus the state of its live tables and parameters; one
// atomic pointer publishes it, so a decision never mixes two. A Reader pins a View from Begin() to
// the next Begin() or Release().
#ifndef WARD_INCLUDE_WARD_ENGINE_H_
#define WARD_INCLUDE_WARD_ENGINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ward/decision.h"
#include "ward/error.h"
#include "ward/request.h"

namespace ward {

class EngineState;
class ReaderState;

struct EngineOptions {
  // Readers that may exist at once. Default 256; one more is kBusy. Each costs its scratch: some
  // KiB.
  std::uint32_t readers_max = 256;
};

// Whether the steps before the rules let a request go on.
enum class Admission : std::uint8_t { kGoOn, kRefused };

// One thread's handle. Movable, not copyable; destroy it before its Engine.
class Reader {
 public:
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  // Releases what was pinned, pins the live View, clears the request. Wait-free, no allocation.
  Request& Begin();
  // Step 1: path normal form, operation, zone. Reads no identity. kRefused: decision() says why
  // (`bad-path`, `no-operation`).
  Admission Admit();
  // Step 2: the credential. kRefused: `invalid-credential` (401). An absent credential goes on.
  Admission Identify();
  // Step 3: the rules. Runs the earlier steps if the caller has not. Always answers; without a
  // loaded policy the answer is deny (503, rule `default`).
  const Decision& Decide();
  // The last decision since Begin().
  [[nodiscard]] const Decision& decision() const;
  // Every rule that could have mattered, each test with its truth. Allocates: for people, not for
  // the hot path. Requires: Decide() was called since Begin().
  [[nodiscard]] Explanation Explain() const;
  // Unpins. An event loop calls it before it sleeps, else old generations cannot be freed.
  void Release();

 private:
  friend class Engine;
  explicit Reader(std::unique_ptr<ReaderState> state);
  std::unique_ptr<ReaderState> state_;
};

// One row of a live table as text cells, in the order of the table's columns; an empty cell is
// missing. A set is one text split by blanks; one blank is the empty set. Members that are empty or hold
// blanks: U+001F, then each member as its length in bytes, a colon and its bytes.
struct TableRow {
  std::vector<std::string> cells;
};

struct OperationInfo {
  std::string name;  // qualified
  std::string api;
  std::string route;  // `GET /orders/{order}`; or `action can_read on record`
  bool anonymous = false;
};

struct LiveTableInfo {
  std::string name;  // qualified
  std::vector<std::string> columns;
  bool loaded = false;
  std::size_t row_count = 0;
};

// What is loaded, for banners and admin pages.
struct BundleInfo {
  std::string name;
  std::string digest;  // SHA-256 of the sources, hex
  std::uint64_t generation = 0;
  std::size_t rule_count = 0;
  std::size_t bytecode_bytes = 0;
  std::vector<OperationInfo> operations;
  std::vector<std::string> zones;
  std::string server;  // `[server]` of ward.toml as TOML, for who serves protocols; the engine does not read it
  std::vector<LiveTableInfo> tables;
};

// Thread-safe. All but NewReader and the loads are cheap; none is on the hot path.
class Engine {
 public:
  static Result<Engine> Create(const EngineOptions& options);
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;
  ~Engine();

  // Copies, verifies, binds and publishes a compiled bundle; returns its generation. On any error
  // the live policy stays as it was. Live rows already loaded are typed anew against the new
  // schema; a table that no longer fits is an error. kCorrupt: damaged or hostile bytes, with what
  // and where. kBusy: eight old generations are still pinned.
  Result<std::uint64_t> Load(std::span<const std::byte> wardc);
  Result<std::uint64_t> LoadFile(const std::string& path);
  // Replaces all rows of a live table and publishes. Ill-typed rows are an error that names row and
  // column.
  Result<std::uint64_t> LoadTable(std::string_view table, std::span<const TableRow> rows);
  // A bundle and the rows of its live tables become visible in one generation.
  struct TableContent {
    std::string table;
    std::vector<TableRow> rows;
  };
  Result<std::uint64_t> Load(std::span<const std::byte> wardc, std::span<const TableContent> tables);
  // A parameter's value as a table's cell would have it (a duration in seconds); nothing: what the
  // bundle says.
  struct ParameterValue {
    std::string parameter;  // qualified
    std::optional<std::string> text;
  };
  // What changes beside the bundle itself. What is not named stays.
  struct Change {
    std::vector<TableContent> tables;   // these have these rows now
    std::vector<std::string> unloaded;  // these live tables are as if nobody had loaded them
    std::vector<ParameterValue> parameters;
  };
  // All of the change becomes visible in one generation, or none of it. Given parameters are typed
  // anew against the next bundle, as live rows are. kNotFound: no such table or parameter;
  // kInvalidArgument names what is ill-typed. The range that a policy gives a parameter is its
  // author's promise to the analyser and is not looked at here.
  Result<std::uint64_t> Apply(const Change& change);

  [[nodiscard]] AttributeId Attribute(std::string_view name);
  Result<Reader> NewReader();
  // 0 while nothing is loaded.
  [[nodiscard]] std::uint64_t generation() const;
  [[nodiscard]] BundleInfo info() const;

 private:
  explicit Engine(std::unique_ptr<EngineState> state);
  std::unique_ptr<EngineState> state_;
};

}  // namespace ward

#endif  // WARD_INCLUDE_WARD_ENGINE_H_
