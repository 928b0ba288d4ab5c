// diag: the essays of diag/essays/, as the build embeds them.
#ifndef WARD_SRC_DIAG_ESSAY_TEXTS_H_
#define WARD_SRC_DIAG_ESSAY_TEXTS_H_

#include <span>
#include <string_view>

namespace ward::diag {

struct EssayText {
  std::string_view code;  // the file's name: "E07"
  std::string_view text;
};

// Defined in the generated essay_texts.cc, sorted by code.
[[nodiscard]] std::span<const EssayText> EssayTexts();

}  // namespace ward::diag

#endif  // WARD_SRC_DIAG_ESSAY_TEXTS_H_
