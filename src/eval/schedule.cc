#include "eval/schedule.h"

#include <algorithm>
#include <span>

#include "base/clock.h"

namespace ward::eval {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kEpochWeekday = 3;  // 1970-01-01 was a Thursday; 0 = Monday

std::int64_t FloorDivide(std::int64_t value, std::int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

std::int64_t OffsetAt(const bytecode::Image& image, const bytecode::TimeZone& zone, std::int64_t unix_seconds) {
  const std::span<const bytecode::Transition> transitions = Slice(image.transitions, zone.transitions());
  const auto next = std::upper_bound(
      transitions.begin(), transitions.end(), unix_seconds,
      [](std::int64_t seconds, const bytecode::Transition& transition) { return seconds < transition.at(); });
  return next == transitions.begin() ? zone.first_offset() : std::prev(next)->offset();
}

bool StartsOn(const bytecode::ScheduleSpan& span, std::int64_t weekday) {
  if (span.first_day() <= span.last_day()) return span.first_day() <= weekday && weekday <= span.last_day();
  return weekday >= span.first_day() || weekday <= span.last_day();
}

}  // namespace

bool IsWithinSchedule(const bytecode::Image& image, const bytecode::Schedule& schedule, std::int64_t unix_ns) {
  const std::int64_t unix_seconds = FloorDivide(unix_ns, base::kNsPerSecond);
  const std::int64_t local = unix_seconds + OffsetAt(image, image.timezones[schedule.timezone()], unix_seconds);
  const std::int64_t day = FloorDivide(local, kSecondsPerDay);
  const std::int64_t second = local - day * kSecondsPerDay;
  const std::int64_t today = ((day + kEpochWeekday) % 7 + 7) % 7;
  const std::int64_t yesterday = (today + 6) % 7;
  const std::span<const bytecode::ScheduleSpan> spans = Slice(image.schedule_spans, schedule.spans());
  return std::any_of(spans.begin(), spans.end(), [&](const bytecode::ScheduleSpan& span) {
    if (span.from_second() < span.to_second()) {
      return StartsOn(span, today) && span.from_second() <= second && second < span.to_second();
    }
    return (StartsOn(span, today) && second >= span.from_second()) ||
           (StartsOn(span, yesterday) && second < span.to_second());
  });
}

}  // namespace ward::eval
