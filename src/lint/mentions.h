// lint: where every word of a bundle's policies stands.
//
// A word is a run of letters, digits, `-` and `_` outside comments; of quoted text only what stands between braces
// counts. Words are not resolved: a mention may mean another thing of that name. So whoever finds none may say that
// a thing is not used, and whoever finds one can say nothing.
#ifndef WARD_SRC_LINT_MENTIONS_H_
#define WARD_SRC_LINT_MENTIONS_H_

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lint/view.h"

namespace ward::lint {

enum class Mentioner : std::uint8_t { kUse, kTest, kOther };  // kTest: `given`, `test`, `prove` see every name

struct Mention {
  base::Span span;
  Mentioner by = Mentioner::kOther;
};

class Mentions {
 public:
  explicit Mentions(const View& view);

  // In no order that matters.
  [[nodiscard]] const std::vector<Mention>& Of(std::string_view word) const;

 private:
  std::unordered_map<std::string_view, std::vector<Mention>> mentions_;
  std::vector<Mention> none_;
};

}  // namespace ward::lint

#endif  // WARD_SRC_LINT_MENTIONS_H_
