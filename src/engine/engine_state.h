// engine: what an Engine owns: the published views, the readers' places, the names of attributes, the live rows.
//
// Behind ward::Engine. Thread-safe: every method takes the one lock; none is on the hot path.
#ifndef WARD_SRC_ENGINE_ENGINE_STATE_H_
#define WARD_SRC_ENGINE_ENGINE_STATE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  [[nodiscard]] AttributeId Attribute(std::string_view name);
  Result<std::unique_ptr<ReaderState>> NewReader();
  // The reader at this place is gone and pins nothing.
  void ReturnReader(std::size_t index);
  [[nodiscard]] std::uint64_t generation();
  [[nodiscard]] BundleInfo info();

 private:
  using Rows = std::vector<TableRow>;
  using LiveRows = std::map<std::string, Rows, std::less<>>;
  using Tables = std::vector<std::shared_ptr<const data::Table>>;

  // All below: guarded by mu_.
  Result<void> CheckRoom();
  static Result<std::shared_ptr<const data::Table>> TypeRows(const bytecode::Image& image, std::uint32_t number,
                                                             std::span<const TableRow> rows);
  Result<LiveRows> RowsFor(const bytecode::Image& image, std::span<const Engine::TableContent> tables) const;
  std::uint64_t Publish(std::unique_ptr<engine::View> view);

  const std::size_t readers_max_;
  std::mutex mu_;
  engine::Publication publication_;
  std::vector<bool> reader_places_;
  std::vector<std::string> attribute_names_;
  std::map<std::string, std::uint32_t, std::less<>> attribute_ids_;
  // As text, to be typed again against the next bundle's schema.
  LiveRows live_rows_;
  std::uint64_t generation_ = 0;
};

}  // namespace ward

#endif  // WARD_SRC_ENGINE_ENGINE_STATE_H_
