// cli: how far a long command is, on a terminal.
#ifndef WARD_SRC_CLI_PROGRESS_BAR_H_
#define WARD_SRC_CLI_PROGRESS_BAR_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>

namespace ward::cli {

// One line on stderr that is written over and gone at the end. Nothing where stderr is no terminal, and nothing for what
// takes no time. Show() from any thread.
class ProgressBar {
 public:
  ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  void Show(std::size_t done, std::size_t total);

 private:
  using Clock = std::chrono::steady_clock;

  const bool terminal_;
  std::atomic<Clock::rep> next_;  // when to draw again; relaxed: a frame more or less
  std::mutex mu_;
  bool drawn_ = false;  // guarded by mu_
};

}  // namespace ward::cli

#endif  // WARD_SRC_CLI_PROGRESS_BAR_H_
