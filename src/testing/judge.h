// testing: whether what was sent came out as expected.
#ifndef WARD_SRC_TESTING_JUDGE_H_
#define WARD_SRC_TESTING_JUDGE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "semantic/suite.h"
#include "testing/result.h"
#include "ward/engine.h"

namespace ward::testing {

// The requests of one send, told apart by which of the verdicts that the test expects of it they match.
class Tally {
 public:
  using Verdicts = std::vector<const semantic::Expectation*>;
  // `verdicts` are all that speak of this send, of one `expect` or several.
  explicit Tally(Verdicts verdicts) : verdicts_(std::move(verdicts)), mismatches_(verdicts_.size()) {}

  // The reader has just decided.
  void Note(const Reader& reader);

  [[nodiscard]] std::size_t sent() const { return sent_; }
  [[nodiscard]] std::size_t CountOf(const semantic::Expectation& verdict) const;
  // The first request that did not match, and which it was (from 1); null: all did.
  struct Mismatch {
    std::size_t number = 0;
    Explanation explanation;
  };
  [[nodiscard]] const Mismatch* FirstMismatch(const semantic::Expectation& verdict) const;
  // Whether each request can be one of these verdicts so that all their numbers are met.
  [[nodiscard]] bool CanBe(const Verdicts& numbered) const;

 private:
  [[nodiscard]] std::size_t IndexOf(const semantic::Expectation& verdict) const;

  Verdicts verdicts_;
  std::vector<std::optional<Mismatch>> mismatches_;
  std::map<std::vector<bool>, std::size_t> classes_;  // which verdicts match -> how many requests
  std::size_t sent_ = 0;
};

// The last request, and what it carried beside what the decision says.
struct LastRequest {
  const Reader& reader;
  // A header as the caller sent it.
  std::function<std::optional<std::string_view>(std::string_view)> header;
};

// What of one `expect` was not met.
[[nodiscard]] std::vector<Failure> Judge(const semantic::Expect& expect, const Tally& tally, const LastRequest& last,
                                         const base::SourceMap& sources);

}  // namespace ward::testing

#endif  // WARD_SRC_TESTING_JUDGE_H_
