// testing: requests from outside: files beside the bundle that a test sends.
//
// What such a file may be is the business of whoever reads it (`cli`: what Envoy asked, or what `ward eval --request`
// takes); here it is only set.
#ifndef WARD_SRC_TESTING_RECORDED_REQUEST_H_
#define WARD_SRC_TESTING_RECORDED_REQUEST_H_

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "ward/engine.h"
#include "ward/error.h"

namespace ward::testing {

// Immutable: several threads send it at once.
class RecordedRequest {
 public:
  RecordedRequest() = default;
  RecordedRequest(const RecordedRequest&) = delete;
  RecordedRequest& operator=(const RecordedRequest&) = delete;
  virtual ~RecordedRequest() = default;

  // Sets all that was recorded. What it sets borrows from here and from what is returned: keep both until the decision
  // was read. An error is about the file: what it says cannot be given to this policy.
  [[nodiscard]] virtual Result<std::shared_ptr<const void>> Apply(Engine& engine, Request& request) const = 0;
  // A header as it was sent; nothing if it was not.
  [[nodiscard]] virtual std::optional<std::string_view> Header(std::string_view lower_case_name) const = 0;
};

struct RecordedText {
  std::string_view file;  // below the bundle, for messages
  std::string_view text;
};
using RequestReader = std::function<Result<std::unique_ptr<const RecordedRequest>>(const RecordedText&)>;

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_RECORDED_REQUEST_H_
