#include "observe/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/json_text.h"
#include "base/rfc3339.h"

namespace ward::observe {
namespace {

std::string_view LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarning:
      return "warning";
    case Level::kError:
      return "error";
  }
  return "error";
}

void AppendValue(std::string& line, const Field& field) {
  std::visit(
      [&line](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string_view>) {
          base::AppendJsonString(line, value);
        } else if constexpr (std::is_same_v<Value, std::span<const std::string_view>>) {
          line += '[';
          for (std::size_t i = 0; i < value.size(); ++i) {
            if (i > 0) line += ',';
            base::AppendJsonString(line, value[i]);
          }
          line += ']';
        } else {
          fmt::format_to(std::back_inserter(line), "{}", value);
        }
      },
      field.value);
}

std::string Line(Level level, std::string_view event, std::span<const Field> fields) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  std::string line = "{\"time\":\"";
  line += base::FormatRfc3339(std::chrono::duration_cast<std::chrono::microseconds>(now).count() * 1000);
  line += "\",\"level\":\"";
  line += LevelName(level);
  line += "\",\"event\":";
  base::AppendJsonString(line, event);
  for (const Field& field : fields) {
    line += ',';
    base::AppendJsonString(line, field.name);
    line += ':';
    AppendValue(line, field);
  }
  line += '}';
  return line;
}

}  // namespace

// Counts the lines that have left, or failed to: spdlog catches what a full disk throws, and says so.
class CountingSink final : public spdlog::sinks::sink {
 public:
  explicit CountingSink(spdlog::sink_ptr to) : to_(std::move(to)) {}
  void log(const spdlog::details::log_msg& line) override {
    const AtEnd count{written_};
    to_->log(line);
    to_->flush();
  }
  void flush() override { to_->flush(); }
  void set_pattern(const std::string& pattern) override { to_->set_pattern(pattern); }
  void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override {
    to_->set_formatter(std::move(formatter));
  }
  [[nodiscard]] std::size_t written() const { return written_.load(); }

 private:
  struct AtEnd {
    std::atomic<std::size_t>& counter;
    ~AtEnd() { counter.fetch_add(1); }
  };

  const spdlog::sink_ptr to_;
  std::atomic<std::size_t> written_{0};
};

// spdlog as a bounded queue with one writer thread. A pool of its own: nothing global, so two Logs do not meet.
class Log::Queue {
 public:
  Queue(spdlog::sink_ptr sink, const LogOptions& options)
      : level_(options.level),
        sink_(std::make_shared<CountingSink>(std::move(sink))),
        pool_(std::make_shared<spdlog::details::thread_pool>(options.queue_lines, 1)),
        logger_(std::make_shared<spdlog::async_logger>("ward", sink_, pool_,
                                                       spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_pattern("%v");
    logger_->set_level(spdlog::level::trace);
  }

  [[nodiscard]] bool Wants(Level level) const { return level >= level_; }

  void Push(std::string_view line) {
    const std::size_t dropped = pool_->overrun_counter();
    if (dropped != reported_.exchange(dropped, std::memory_order_relaxed)) {  // order does not matter: only a count
      const Field field{"lines", static_cast<std::int64_t>(dropped)};
      Send(Line(Level::kWarning, "log_dropped", std::span(&field, 1)));
    }
    Send(line);
  }

  bool Flush(std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    const std::size_t sent = sent_.load();
    while (sink_->written() + pool_->overrun_counter() < sent) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

 private:
  void Send(std::string_view line) {
    sent_.fetch_add(1);
    logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  Level level_;
  std::atomic<std::size_t> reported_{0};
  std::atomic<std::size_t> sent_{0};
  std::shared_ptr<CountingSink> sink_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // before the logger: it must be destroyed after it
  std::shared_ptr<spdlog::async_logger> logger_;
};

Log::Log(std::unique_ptr<Queue> queue) : queue_(std::move(queue)) {}
Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::Open(const LogOptions& options) {
  // spdlog throws where it cannot open a file; it is caught here, once.
  try {
    spdlog::sink_ptr sink;
    if (options.file.empty()) {
      sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.file);
    }
    return std::unique_ptr<Log>(new Log(std::make_unique<Queue>(std::move(sink), options)));
  } catch (const spdlog::spdlog_ex& error) {
    return Error{ErrorCode::kIo, fmt::format("cannot open the log `{}`: {}", options.file, error.what())};
  }
}

void Log::Write(Level level, std::string_view event, std::span<const Field> fields) {
  if (queue_->Wants(level)) queue_->Push(Line(level, event, fields));
}

bool Log::Wants(Level level) const { return queue_->Wants(level); }

bool Log::Flush(std::chrono::milliseconds patience) { return queue_->Flush(patience); }

}  // namespace ward::observe
