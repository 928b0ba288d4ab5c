#include "cli/progress_bar.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace ward::cli {
namespace {

constexpr std::chrono::milliseconds kFirst{300};
constexpr std::chrono::milliseconds kBetween{100};
constexpr std::size_t kWidth = 30;

}  // namespace

ProgressBar::ProgressBar()
    : terminal_(isatty(STDERR_FILENO) != 0), next_((Clock::now() + kFirst).time_since_epoch().count()) {}

ProgressBar::~ProgressBar() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressBar::Show(std::size_t done, std::size_t total) {
  if (!terminal_ || total == 0) return;
  const Clock::time_point now = Clock::now();
  Clock::rep due = next_.load(std::memory_order_relaxed);
  if (now.time_since_epoch().count() < due) return;
  // Whoever moves the time draws.
  if (!next_.compare_exchange_strong(due, (now + kBetween).time_since_epoch().count(), std::memory_order_relaxed))
    return;
  const std::lock_guard lock(mu_);
  drawn_ = true;
  const std::size_t filled = kWidth * done / total;
  fmt::print(stderr, "\r\x1b[K[{}{}] {}/{}", std::string(filled, '#'), std::string(kWidth - filled, '.'), done, total);
}

}  // namespace ward::cli
