// engine: everything one reader writes while it answers under one bundle; taken before the bundle is published.
#ifndef WARD_SRC_ENGINE_WORKSPACE_H_
#define WARD_SRC_ENGINE_WORKSPACE_H_

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "border/cell.h"
#include "border/scratch.h"
#include "border/slot_writer.h"
#include "bytecode/image.h"
#include "engine/binding.h"
#include "eval/formula.h"
#include "eval/vm.h"
#include "eval/walk.h"
#include "ward/decision.h"

namespace ward::engine {

// The request's own memory: a decoded body and query, lists, rendered texts. Pages that nobody touches cost nothing.
inline constexpr std::size_t kScratchBytes = std::size_t{512} * 1024;

struct Workspace {
  Workspace(const bytecode::Image& image, const Binding& binding)
      : scratch(kScratchBytes),
        cells(binding.specs.size()),
        writer(binding.specs, cells, scratch),
        vm(image),
        walk(image),
        formula_stack(image.formula_stack) {
    const std::size_t matches = image.bound.matches();
    // A decision names each header and tag once, so never more than the bundle has.
    set_headers.reserve(std::min(matches * binding.set_max, image.header_sets.size()));
    strip_headers.reserve(std::min(matches * binding.strip_max, image.texts.size()));
    tags.reserve(std::min(matches * binding.tags_max, image.texts.size()));
    shadows.reserve(matches);
    ill_typed.reserve(binding.specs.size());
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  border::Scratch scratch;
  std::vector<border::Cell> cells;  // of the inputs, then Binding::subject_ids
  border::SlotWriter writer;
  eval::Vm vm;
  eval::Walk walk;
  std::vector<eval::FormulaResult> formula_stack;
  // What a Decision points to; room for the worst case was reserved, so that none of them ever grows.
  std::vector<HeaderToSet> set_headers;
  std::vector<std::string_view> strip_headers;
  std::vector<std::string_view> tags;
  std::vector<ShadowOutcome> shadows;
  std::vector<std::string_view> ill_typed;
};

}  // namespace ward::engine

#endif  // WARD_SRC_ENGINE_WORKSPACE_H_
