// border: lists of names and values (headers, query, form) into the slots that read them.
//
// A name given twice is missing: two readers of such a list may each believe another one. A list beyond its budget
// (base/budgets.h) is missing as a whole. Query and form are application/x-www-form-urlencoded: `&` between members,
// `%xx` decoded once, `+` a blank; a value with a broken escape or a NUL byte is missing.
// Source: RFC 9110 section 5.1 (header names), WHATWG URL section 5.1 (urlencoded).
// NameTable is immutable and thread-safe; the functions allocate nothing. Cost: one probe a name given.
#ifndef WARD_SRC_BORDER_NAMED_VALUES_H_
#define WARD_SRC_BORDER_NAMED_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "border/slot_writer.h"
#include "lookup/string_domain.h"
#include "ward/request.h"

namespace ward::border {

// The names that slots of one kind read.
class NameTable {
 public:
  struct Entry {
    std::string_view name;
    std::uint32_t slot = 0;
  };
  NameTable() = default;
  explicit NameTable(std::span<const Entry> entries);

  [[nodiscard]] bool empty() const { return slots_.empty(); }
  [[nodiscard]] std::size_t name_count() const { return firsts_.empty() ? 0 : firsts_.size() - 1; }
  [[nodiscard]] std::optional<std::uint32_t> Find(std::string_view name) const;
  // The slots that read name number `index`.
  [[nodiscard]] std::span<const std::uint32_t> slots(std::uint32_t index) const;
  [[nodiscard]] std::span<const std::uint32_t> all_slots() const { return slots_; }

 private:
  lookup::StringDomainData domain_;
  std::vector<std::uint32_t> firsts_;  // into slots_, one more than names
  std::vector<std::uint32_t> slots_;
};

// Names of any case; the table's names are lower case.
void ReadHeaders(const NameTable& table, std::span<const NameValue> headers, SlotWriter& writer);
// `text` without the leading `?`.
void ReadUrlEncoded(const NameTable& table, std::string_view text, SlotWriter& writer);

// Every slot of the table is missing from now on.
void Invalidate(const NameTable& table, SlotWriter& writer);

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_NAMED_VALUES_H_
