// Walks the data-flow graph from the test down to what has no value: an input nobody gave, a table nobody filled, a row
// or a cell that is not there. What is present, or certain, keeps nothing below it in doubt and is not entered.
#include "engine/missing.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "bytecode/opcode.h"
#include "engine/value_text.h"

namespace ward::engine {
namespace {

using bytecode::Op;
using bytecode::Operand;

constexpr std::size_t kKeyBytesMax = 64;
constexpr std::size_t kKeyScratchBytes = std::size_t{64} * 1024;
constexpr std::string_view kUntold = "...";

class Search {
 public:
  Search(const View& view, eval::Vm& vm)
      : view_(view), image_(view.snapshot->image), vm_(vm), seen_(image_.input_count() + image_.code.size()) {}

  std::vector<std::string> From(std::uint32_t instruction) {
    const std::uint32_t root = image_.input_count() + instruction;
    seen_[root] = true;
    Enter(instruction);
    // Slots below an instruction have smaller numbers, so one pass downwards meets each after all that read it.
    for (std::uint32_t slot = root; slot-- > image_.input_count();) {
      if (seen_[slot] && IsMissing(slot)) Enter(slot - image_.input_count());
    }
    std::vector<std::string> names;
    for (std::uint32_t slot = 0; slot < image_.input_count(); ++slot) {
      if (seen_[slot] && IsMissing(slot)) names.emplace_back(view_.snapshot->binding.attributes[slot].name);
    }
    if (zone_) names.emplace_back("zone");
    names.insert(names.end(), tables_.rbegin(), tables_.rend());
    return names;
  }

 private:
  [[nodiscard]] bool IsMissing(std::uint32_t slot) {
    // A test that only explanations evaluate has no slot.
    if (slot >= image_.slots.size()) return vm_.Test(slot - image_.input_count()) == eval::Truth::kDoubt;
    if (image_.slots[slot].type() == bytecode::kTruthType) return vm_.TruthOf(slot) == eval::Truth::kDoubt;
    return !vm_.Value(slot).present();
  }

  [[nodiscard]] std::vector<std::uint32_t> Operands(const bytecode::Instruction& code) const {
    const bytecode::OpInfo& info = bytecode::AllOps()[code.op()];
    std::vector<std::uint32_t> slots;
    if (info.a == Operand::kSlot) slots.push_back(code.a());
    if (info.b == Operand::kSlot) slots.push_back(code.b());
    if (info.c == Operand::kSlot) slots.push_back(code.c());
    if (info.c == Operand::kKeys) {
      const std::span<const std::uint32_t> keys = KeysOf(code);
      slots.insert(slots.end(), keys.begin(), keys.end());
    }
    if (info.c == Operand::kTruths) {
      for (const std::uint32_t word : image_.operands.subspan(code.b() == 0 ? 0 : code.c(), code.b())) {
        slots.push_back(word / 2);
      }
    }
    return slots;
  }

  [[nodiscard]] std::span<const std::uint32_t> KeysOf(const bytecode::Instruction& code) const {
    return image_.operands.subspan(code.c(), image_.tables[code.a()].keys());
  }

  void Enter(std::uint32_t number) {
    const bytecode::Instruction& code = image_.code[number];
    for (const std::uint32_t slot : Operands(code)) seen_[slot] = true;
    const auto op = static_cast<Op>(code.op());
    if (op == Op::kZone || op == Op::kZoneIn) zone_ = true;
    if (op == Op::kLookup) return EnterLookup(code);
    if (op == Op::kInTable || op == Op::kWithinTree) TellUnloaded(code.a());
  }

  void EnterLookup(const bytecode::Instruction& code) {
    if (TellUnloaded(code.a())) return;
    std::vector<border::Cell> key;
    std::string words;
    for (const std::uint32_t slot : KeysOf(code)) {
      key.push_back(vm_.Value(slot));
      if (!key.back().present()) return;  // that is what is missing
      words += (words.empty() ? "" : ", ") + KeyText(slot, key.back());
    }
    const bool absent = !view_.tables[code.a()]->Find(key).has_value();
    const bytecode::Column& column = image_.columns[image_.tables[code.a()].columns().first() + code.b()];
    Tell(fmt::format("{}[{}]{}{}", TableName(code.a()), words, absent ? "" : ".",
                     absent ? std::string_view() : image_.TextOf(column.name())));
  }

  bool TellUnloaded(std::uint32_t table) {
    if (view_.tables[table]->loaded()) return false;
    Tell(fmt::format("{} (not loaded)", TableName(table)));
    return true;
  }

  void Tell(std::string words) {
    if (std::find(tables_.begin(), tables_.end(), words) == tables_.end()) tables_.push_back(std::move(words));
  }

  // Whether the slot is a secret, or made of one.
  [[nodiscard]] bool IsSecret(std::uint32_t slot) const {
    std::vector<std::uint32_t> open = {slot};
    while (!open.empty()) {
      const std::uint32_t next = open.back();
      open.pop_back();
      if ((image_.slots[next].flags() & bytecode::kSlotSecret) != 0) return true;
      if (next < image_.input_count()) continue;
      const std::vector<std::uint32_t> operands = Operands(image_.InstructionOf(next));
      open.insert(open.end(), operands.begin(), operands.end());
    }
    return false;
  }

  // As rules of its policy write it.
  [[nodiscard]] std::string_view TableName(std::uint32_t table) const {
    const std::string_view qualified = image_.TextOf(image_.tables[table].name());
    return qualified.substr(qualified.rfind('.') + 1);
  }

  [[nodiscard]] std::string KeyText(std::uint32_t slot, const border::Cell& cell) const {
    if (IsSecret(slot)) return std::string(kUntold);
    border::Scratch scratch(kKeyScratchBytes);
    const std::optional<std::string_view> text = ValueText(image_, image_.slots[slot], cell, scratch);
    if (!text) return std::string(kUntold);
    const bool quoted = static_cast<ValueType>(image_.slots[slot].type()) == ValueType::kString;
    const std::string_view told = text->substr(0, kKeyBytesMax);
    return fmt::format("{0}{1}{2}{0}", quoted ? "\"" : "", told, told.size() < text->size() ? kUntold : "");
  }

  const View& view_;
  const bytecode::Image& image_;
  eval::Vm& vm_;
  std::vector<bool> seen_;
  bool zone_ = false;
  std::vector<std::string> tables_;
};

}  // namespace

std::vector<std::string> MissingOf(const View& view, eval::Vm& vm, std::uint32_t instruction) {
  return Search(view, vm).From(instruction);
}

}  // namespace ward::engine
