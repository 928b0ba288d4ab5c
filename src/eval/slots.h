// eval: what is known of one request's slots: cells, ordinals and presence bits, each with the stamp of its request.
//
// A Reader owns one Slots, sized for its bundle when a view is pinned for the first time; nothing is cleared between
// requests: Begin() takes a new stamp, and what bears another one is not known. Cells borrow the memory they point to
// (the caller's, a view's, or the reader's scratch). One thread at a time. Cost of every accessor: a load and a compare.
#ifndef WARD_SRC_EVAL_SLOTS_H_
#define WARD_SRC_EVAL_SLOTS_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "border/cell.h"
#include "bytecode/image.h"

namespace ward::eval {

using border::Cell;

// A number, as a leaf asks for it.
struct Reading {
  std::int64_t number = 0;
  bool present = false;
};

// What the index walk asks about slots; the vm answers, tests answer from arrays.
//   Ordinal(slot)       the slot's class: 0 in doubt, else below image.slots[slot].ordinals.
//                       kString: 1 or the domain's ordinal; kEnum: 2 + index; kBool, three-valued: 1 false, 2 true
//   Number(slot)        int, duration, timestamp, clock, size; an ordered enum's index
//   Member(slot, m)     a set has the member of ordinal m: 0 the set is missing, 1 no, 2 yes
template <typename T>
concept SlotClasses = requires(T classes, std::uint32_t slot, std::uint32_t member) {
  { classes.Ordinal(slot) } -> std::same_as<std::uint32_t>;
  { classes.Number(slot) } -> std::same_as<Reading>;
  { classes.Member(slot, member) } -> std::same_as<std::uint32_t>;
};

class Slots {
 public:
  explicit Slots(const bytecode::Image& image) : states_(image.slots.size()), presence_(image.presence_words) {}

  // A new request: nothing is known. O(1), but for once in 2^32 requests.
  void Begin() {
    if (++stamp_ != 0) return;
    for (State& state : states_) state = State{};
    stamp_ = 1;
  }

  [[nodiscard]] bool has_cell(std::uint32_t slot) const { return at(slot).cell_stamp == stamp_; }
  // Requires: has_cell(slot).
  [[nodiscard]] const Cell& cell(std::uint32_t slot) const { return at(slot).cell; }
  void SetCell(std::uint32_t slot, Cell cell) {
    at(slot).cell = cell;
    at(slot).cell_stamp = stamp_;
  }

  [[nodiscard]] bool has_ordinal(std::uint32_t slot) const { return at(slot).ordinal_stamp == stamp_; }
  // Requires: has_ordinal(slot).
  [[nodiscard]] std::uint32_t ordinal(std::uint32_t slot) const { return at(slot).ordinal; }
  void SetOrdinal(std::uint32_t slot, std::uint32_t ordinal) {
    at(slot).ordinal = ordinal;
    at(slot).ordinal_stamp = stamp_;
  }

  // Presence bits of a set, bit (ordinal - 2) from the first word of `bits`; valid once SetPresence was called.
  [[nodiscard]] bool has_presence(std::uint32_t slot) const { return at(slot).presence_stamp == stamp_; }
  [[nodiscard]] std::span<std::uint64_t> presence(const bytecode::Slot& slot) {
    return std::span(presence_).subspan(slot.presence(), slot.presence_words());
  }
  void SetPresence(std::uint32_t slot) { at(slot).presence_stamp = stamp_; }

 private:
  struct State {
    Cell cell;
    std::uint32_t cell_stamp = 0;
    std::uint32_t ordinal_stamp = 0;
    std::uint32_t ordinal = 0;
    std::uint32_t presence_stamp = 0;
  };
  static_assert(sizeof(State) == 32);

  [[nodiscard]] const State& at(std::uint32_t slot) const {
    WARD_DCHECK(slot < states_.size());
    return states_[slot];
  }
  [[nodiscard]] State& at(std::uint32_t slot) {
    WARD_DCHECK(slot < states_.size());
    return states_[slot];
  }

  std::vector<State> states_;
  std::vector<std::uint64_t> presence_;
  std::uint32_t stamp_ = 0;
};

}  // namespace ward::eval

#endif  // WARD_SRC_EVAL_SLOTS_H_
