// observe: the log of a server, one JSON object a line.
//
// Every line has `time` (RFC 3339, UTC), `level`, `event`, then the caller's fields in their order. Events have fixed
// names in snake_case; people and programs filter by them. Thread-safe. Lines are handed to a writer thread over a
// bounded queue; when it is full the oldest line is dropped and the next `log_dropped` event says how many were.
#ifndef WARD_SRC_OBSERVE_LOG_H_
#define WARD_SRC_OBSERVE_LOG_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "ward/error.h"

namespace ward::observe {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct Field {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, bool, double, std::span<const std::string_view>> value;
};

struct LogOptions {
  std::string file;            // appended to; empty: standard output
  Level level = Level::kInfo;  // lines below it are not written
  std::size_t queue_lines = 65'536;
};

class Log {
 public:
  // kIo: the file cannot be opened.
  static Result<std::unique_ptr<Log>> Open(const LogOptions& options);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Write(Level level, std::string_view event, std::span<const Field> fields);
  void Write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    Write(level, event, std::span<const Field>(fields.begin(), fields.size()));
  }
  [[nodiscard]] bool Wants(Level level) const;
  // Waits until everything written so far has left the process. False: not within `patience`, because nobody reads it;
  // then the destructor would wait for ever, too.
  [[nodiscard]] bool Flush(std::chrono::milliseconds patience);

 private:
  class Queue;
  explicit Log(std::unique_ptr<Queue> queue);
  std::unique_ptr<Queue> queue_;
};

}  // namespace ward::observe

#endif  // WARD_SRC_OBSERVE_LOG_H_
