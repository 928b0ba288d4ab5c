// border: the input slots of one request while they are filled.
//
// Setting a slot again replaces its value; an invalid slot (given twice, malformed) and a withdrawn one stay missing
// whatever is set later. A value that breaks the schema leaves the slot missing and is counted. Threads: one at a time.
// Nothing allocates after construction; clearing costs what the last request set, not what the policy can read.
#ifndef WARD_SRC_BORDER_SLOT_WRITER_H_
#define WARD_SRC_BORDER_SLOT_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "border/cell.h"
#include "border/convert.h"
#include "border/scratch.h"

namespace ward::border {

class SlotWriter {
 public:
  // Borrows all three, which must outlive it. Requires: as many specs as cells; the cells are missing.
  SlotWriter(std::span<const ValueSpec> specs, std::span<Cell> cells, Scratch& scratch);

  // Every slot unset, every cell missing; the scratch is cleared too.
  void Clear();

  // Requires: slot < count().
  void SetText(std::uint32_t slot, std::string_view text, TextOrigin origin);
  void SetInteger(std::uint32_t slot, std::int64_t number);
  void SetReal(std::uint32_t slot, double number);
  void SetBool(std::uint32_t slot, bool value);
  void SetList(std::uint32_t slot, std::span<const std::string_view> members);
  // For values that need no typing; the cell's kind must be the slot's.
  void SetCell(std::uint32_t slot, Cell cell);
  void SetInvalid(std::uint32_t slot);
  // Missing from now on by our own decision, so no fault of the value.
  void Withdraw(std::uint32_t slot);

  [[nodiscard]] std::size_t count() const { return specs_.size(); }
  [[nodiscard]] bool is_unset(std::uint32_t slot) const { return states_[slot] == State::kUnset; }
  // Values of this request that broke the schema.
  [[nodiscard]] std::size_t ill_typed_count() const { return ill_typed_count_; }
  // Whether the last value given broke the schema, so that the slot is missing.
  [[nodiscard]] bool is_ill_typed(std::uint32_t slot) const {
    return states_[slot] == State::kIllTyped || states_[slot] == State::kInvalid;
  }
  // The slots that are not unset, in the order in which they were given.
  [[nodiscard]] std::span<const std::uint32_t> touched() const { return touched_; }
  [[nodiscard]] const ValueSpec& spec(std::uint32_t slot) const { return specs_[slot]; }
  [[nodiscard]] Scratch& scratch() { return scratch_; }

 private:
  enum class State : std::uint8_t { kUnset, kSet, kIllTyped, kInvalid, kWithdrawn };

  // Whether the slot takes values at all; notes that it must be cleared.
  bool Touch(std::uint32_t slot);
  void Store(std::uint32_t slot, Cell cell);

  std::span<const ValueSpec> specs_;
  std::span<Cell> cells_;
  Scratch& scratch_;
  std::vector<State> states_;
  std::vector<std::uint32_t> touched_;  // capacity for all slots, so that push_back never allocates
  std::size_t ill_typed_count_ = 0;
};

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_SLOT_WRITER_H_
