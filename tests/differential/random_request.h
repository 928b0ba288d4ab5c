// tests: random requests for a random program, as the oracle sees them and as HTTP would carry
// them.
#ifndef WARD_TESTS_DIFFERENTIAL_RANDOM_REQUEST_H_
#define WARD_TESTS_DIFFERENTIAL_RANDOM_REQUEST_H_

#include <string>

#include "differential/dice.h"
#include "ir/ir.h"
#include "ir/oracle.h"

namespace ward::differential {

struct RandomRequest {
  ir::OracleRequest asked;
  // How it names its operation: by method, host and path, or by the operation's own name.
  bool by_route = false;
  std::string method;
  std::string host;
  std::string path;  // in normal form
  // By input, where `asked` has nothing: whether it comes as a value that is none of its type.
  std::vector<bool> ill_typed;
};

// Values inside and outside of the program's constants; each attribute hidden with a chance drawn
// per request. `now` and `credential` are always there, as in the engine.
[[nodiscard]] RandomRequest MakeRandomRequest(Dice& dice, const ir::Program& program, const ir::Oracle& oracle);

// Seconds east of UTC in a time zone, as the C library reads the machine's database. One thread: it sets TZ.
[[nodiscard]] std::int64_t OffsetOf(std::string_view timezone, std::int64_t unix_seconds);

}  // namespace ward::differential

#endif  // WARD_TESTS_DIFFERENTIAL_RANDOM_REQUEST_H_
