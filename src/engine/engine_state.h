// engine: what an Engine owns: the published views, the readers' places, the names of attributes, the live rows.
//
// Behind ward::Engine. Thread-safe; none of it is on the hot path. Two locks: loads exclude each other for as long as they
// read, verify and type; the other one is held for moments only, so that nobody waits for a load to make a reader.
#ifndef WARD_SRC_ENGINE_ENGINE_STATE_H_
#define WARD_SRC_ENGINE_ENGINE_STATE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parameters.h"
#include "engine/publication.h"
#include "engine/reader_state.h"
#include "engine/view.h"
#include "ward/engine.h"

namespace ward {

class EngineState {
 public:
  explicit EngineState(const EngineOptions& options);
  EngineState(const EngineState&) = delete;
  EngineState& operator=(const EngineState&) = delete;

  Result<std::uint64_t> Load(std::span<const std::byte> wardc, std::span<const Engine::TableContent> tables);
  Result<std::uint64_t> LoadTable(std::string_view table, std::span<const TableRow> rows);
  Result<std::uint64_t> Apply(const Engine::Change& change);
  [[nodiscard]] AttributeId Attribute(std::string_view name);
  Result<std::unique_ptr<ReaderState>> NewReader();
  // The reader at this place is gone and pins nothing.
  void ReturnReader(std::size_t index);
  // Acquire: who sees a generation sees it published.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  [[nodiscard]] BundleInfo info();

 private:
  using Rows = std::vector<TableRow>;
  using LiveRows = std::map<std::string, Rows, std::less<>>;
  using Tables = std::vector<std::shared_ptr<const data::Table>>;

  // Under load_mu_, not under mu_.
  Result<void> CheckRoom();
  static Result<std::shared_ptr<const data::Table>> TypeRows(const bytecode::Image& image, std::uint32_t number,
                                                             std::span<const TableRow> rows);
  Result<LiveRows> RowsFor(const bytecode::Image& image, std::span<const Engine::TableContent> tables) const;
  // Its number; kNotFound.
  static Result<std::uint32_t> LiveTable(const engine::View* live, std::string_view name);
  std::uint64_t Publish(std::unique_ptr<engine::View> view);
  // The live view; it stays while load_mu_ is held, because only loads publish.
  [[nodiscard]] const engine::View* Live();

  // constant after construction
  const std::size_t readers_max_;

  std::mutex load_mu_;  // before mu_
  // guarded by load_mu_: live rows as text, to be typed again against the next bundle's schema
  LiveRows live_rows_;
  engine::GivenParameters parameters_;  // guarded by load_mu_: the same for values given at run time

  std::mutex mu_;
  // guarded by mu_
  engine::Publication publication_;
  std::vector<bool> reader_places_;
  std::vector<std::string> attribute_names_;
  std::map<std::string, std::uint32_t, std::less<>> attribute_ids_;
  std::atomic<std::uint64_t> generation_{0};  // written under mu_
};

}  // namespace ward

#endif  // WARD_SRC_ENGINE_ENGINE_STATE_H_
