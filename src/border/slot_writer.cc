#include "border/slot_writer.h"

#include "base/check.h"

namespace ward::border {

SlotWriter::SlotWriter(std::span<const ValueSpec> specs, std::span<Cell> cells, Scratch& scratch)
    : specs_(specs), cells_(cells), scratch_(scratch), states_(specs.size(), State::kUnset) {
  WARD_CHECK(specs.size() == cells.size());
  touched_.reserve(specs.size());
}

void SlotWriter::Clear() {
  for (const std::uint32_t slot : touched_) {
    states_[slot] = State::kUnset;
    cells_[slot] = Cell{};
  }
  touched_.clear();
  scratch_.Clear();
  ill_typed_count_ = 0;
}

bool SlotWriter::Touch(std::uint32_t slot) {
  WARD_DCHECK(slot < specs_.size());
  const State state = states_[slot];
  if (state == State::kUnset) touched_.push_back(slot);
  return state != State::kInvalid && state != State::kWithdrawn;
}

void SlotWriter::Store(std::uint32_t slot, Cell cell) {
  cells_[slot] = cell;
  states_[slot] = cell.present() ? State::kSet : State::kIllTyped;
  if (!cell.present()) ++ill_typed_count_;
}

void SlotWriter::SetText(std::uint32_t slot, std::string_view text, TextOrigin origin) {
  if (Touch(slot)) Store(slot, FromText(specs_[slot], text, origin, scratch_));
}

void SlotWriter::SetInteger(std::uint32_t slot, std::int64_t number) {
  if (Touch(slot)) Store(slot, FromInteger(specs_[slot], number));
}

void SlotWriter::SetReal(std::uint32_t slot, double number) {
  if (Touch(slot)) Store(slot, FromReal(specs_[slot], number));
}

void SlotWriter::SetBool(std::uint32_t slot, bool value) {
  if (Touch(slot)) Store(slot, FromBool(specs_[slot], value));
}

void SlotWriter::SetList(std::uint32_t slot, std::span<const std::string_view> members) {
  if (Touch(slot)) Store(slot, FromList(specs_[slot], members, scratch_));
}

void SlotWriter::SetCell(std::uint32_t slot, Cell cell) {
  if (Touch(slot)) Store(slot, cell);
}

void SlotWriter::SetInvalid(std::uint32_t slot) {
  if (!Touch(slot)) return;
  cells_[slot] = Cell{};
  states_[slot] = State::kInvalid;
  ++ill_typed_count_;
}

void SlotWriter::Withdraw(std::uint32_t slot) {
  static_cast<void>(Touch(slot));
  cells_[slot] = Cell{};
  states_[slot] = State::kWithdrawn;
}

}  // namespace ward::border
