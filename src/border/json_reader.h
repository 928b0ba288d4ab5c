// border: JSON objects into slots.
//
// All of the text is checked (RFC 8259, UTF-8, one object, nothing behind it) before the first slot is set. A member
// given twice is missing, with all below it. `null` sets nothing. A list is a set of its strings; a list with anything
// else in it has no type of ours.
// Owner thread only: it keeps simdjson's memory, taken once. Read allocates nothing. Cost: about 1 ns a byte.
#ifndef WARD_SRC_BORDER_JSON_READER_H_
#define WARD_SRC_BORDER_JSON_READER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "border/claim_tree.h"
#include "border/slot_writer.h"

namespace ward::border {

class JsonReader {
 public:
  JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;
  ~JsonReader();

  // False, and nothing is set, unless `text` is one JSON object within budget::kRequestBodyBytesMax, nested at most
  // budget::kNestingMax deep. The slots keep no view of `text`.
  [[nodiscard]] bool Read(const ClaimTree& tree, std::string_view text, SlotWriter& writer);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace ward::border

#endif  // WARD_SRC_BORDER_JSON_READER_H_
