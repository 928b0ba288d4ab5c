// engine: snapshots and views: what a published generation consists of.
//
// A Snapshot is one loaded bundle; a View is a Snapshot with the state of its live tables and its parameters. Both are
// immutable once published, but for the parts named here that their owner may write: a Snapshot keeps the Workspaces of
// all readers (each written only by its reader), a View the map of attribute ids, replaced as a whole.
#ifndef WARD_SRC_ENGINE_VIEW_H_
#define WARD_SRC_ENGINE_VIEW_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bytecode/image.h"
#include "data/constants.h"
#include "data/table.h"
#include "engine/binding.h"
#include "engine/parameters.h"
#include "engine/workspace.h"
#include "eval/vm.h"
#include "ward/error.h"

namespace ward::engine {

struct Snapshot {
  Snapshot(bytecode::Image loaded, std::size_t readers_max)
      : image(std::move(loaded)), binding(image), constants(image), workspaces(readers_max) {}
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const bytecode::Image image;
  const Binding binding;
  const data::Constants constants;
  // By reader; made under the engine's lock, before the reader can see this Snapshot.
  std::vector<std::unique_ptr<Workspace>> workspaces;
};

// By AttributeId: the number of its name in Binding::names, or kNone.
using AttributeMap = std::vector<std::uint32_t>;

struct View {
  // Tables by number; they, the parameters and the snapshot are shared with other Views.
  View(std::shared_ptr<Snapshot> of, std::vector<std::shared_ptr<const data::Table>> with,
       std::shared_ptr<const Parameters> parameters_in);
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  // The slots of an attribute id, as far as it was known when the map was made.
  [[nodiscard]] std::span<const std::uint32_t> SlotsOf(std::uint32_t attribute) const;
  // Under the engine's lock: maps `names`, all ids given out so far.
  void MapAttributes(std::span<const std::string> names);

  const std::shared_ptr<Snapshot> snapshot;
  const std::vector<std::shared_ptr<const data::Table>> tables;
  const std::shared_ptr<const Parameters> parameters;
  eval::World world;
  std::uint64_t generation = 0;  // set before it is published

 private:
  std::vector<const data::Table*> table_pointers_;
  std::vector<std::unique_ptr<const AttributeMap>> maps_;  // all ever made: readers may still look at an older one
  std::atomic<const AttributeMap*> map_{nullptr};
};

// The tables of an image as the bytecode has them: live ones not loaded.
[[nodiscard]] Result<std::vector<std::shared_ptr<const data::Table>>> MakeTables(const Snapshot& snapshot);
// The number of a live table by its qualified name; kNone.
[[nodiscard]] std::uint32_t FindLiveTable(const bytecode::Image& image, std::string_view name);

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_VIEW_H_
