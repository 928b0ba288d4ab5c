// base: writes JSON text piece by piece, without a tree in memory.
// Source: RFC 8259. The caller keeps brackets paired and gives a key to each member; commas come by themselves.
#ifndef WARD_SRC_BASE_JSON_WRITER_H_
#define WARD_SRC_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace ward::base {

// Appends to a text that the caller owns and that outlives the writer. Every string comes out as valid UTF-8.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& json) : json_(json) {}

  // A value: `{` or `[`, as an element of an array or at the top.
  void Open(char bracket) {
    Next();
    Begin(bracket);
  }
  // The same as a member of an object.
  void Open(std::string_view key, char bracket) {
    Key(key);
    Begin(bracket);
  }
  void Close(char bracket) {
    json_.push_back(bracket);
    first_ = false;
  }

  void Text(std::string_view key, std::string_view text);
  void Number(std::string_view key, std::int64_t number);
  void Bool(std::string_view key, bool value);
  // Elements of an array.
  void String(std::string_view text);
  void Integer(std::int64_t number);

 private:
  void Key(std::string_view key);
  void Next() {
    if (!first_) json_.push_back(',');
    first_ = false;
  }
  void Begin(char bracket) {
    json_.push_back(bracket);
    first_ = true;
  }

  std::string& json_;
  bool first_ = true;
};

}  // namespace ward::base

#endif  // WARD_SRC_BASE_JSON_WRITER_H_
