#include "server/reloader.h"

#include <utility>

#include "bundle/fingerprint.h"

namespace ward::server {

Reloader::Reloader(Engine& engine, observe::Log& log, PolicyLoader loader, ReloadOptions options)
    : engine_(engine), log_(log), loader_(std::move(loader)), options_(std::move(options)) {}

Reloader::~Reloader() {
  {
    const std::lock_guard lock(mu_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<std::uint64_t> Reloader::LoadNow() {
  // Taken before the files are read: what changes meanwhile is seen at the next look.
  if (!options_.watched.empty()) seen_ = bundle::Fingerprint(options_.watched);
  WARD_ASSIGN_OR_RETURN(const LoadedPolicy policy, loader_());
  if (!policy.warnings.empty()) {
    log_.Write(observe::Level::kWarning, "policy_warnings", {{"text", std::string_view(policy.warnings)}});
  }
  return engine_.Load(policy.bytecode, policy.tables);
}

void Reloader::Start() {
  server_settings_ = engine_.info().server;
  thread_ = std::thread([this] { Run(); });
}

void Reloader::Request() {
  {
    const std::lock_guard lock(mu_);
    requested_ = true;
  }
  wake_.notify_all();
}

void Reloader::Reload(std::string_view cause) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<std::uint64_t> loaded = LoadNow();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  if (!loaded.has_value()) {
    log_.Write(observe::Level::kError, "load_failed",
               {{"cause", cause},
                {"error", std::string_view(loaded.error().message)},
                {"live_generation", static_cast<std::int64_t>(engine_.generation())}});
    // Too many old generations are still read: that passes, so look again at the next tick.
    if (loaded.error().code == ErrorCode::kBusy) seen_ = ~seen_;
    return;
  }
  const BundleInfo info = engine_.info();
  log_.Write(observe::Level::kInfo, "loaded",
             {{"cause", cause},
              {"generation", static_cast<std::int64_t>(*loaded)},
              {"rules", static_cast<std::int64_t>(info.rule_count)},
              {"digest", std::string_view(info.digest)},
              {"milliseconds", took.count()}});
  if (info.server == server_settings_) return;
  log_.Write(observe::Level::kWarning, "settings_kept",
             {{"text", std::string_view("[server] of ward.toml has changed; it takes effect at the next start")}});
}

void Reloader::Run() {
  std::unique_lock lock(mu_);
  while (!stopping_) {
    const auto woken = [this] { return requested_ || stopping_; };
    if (options_.watched.empty()) {
      wake_.wait(lock, woken);
    } else {
      wake_.wait_for(lock, options_.interval, woken);
    }
    if (stopping_) return;
    const bool asked = std::exchange(requested_, false);
    lock.unlock();
    if (asked) {
      Reload("asked");
    } else if (!options_.watched.empty() && bundle::Fingerprint(options_.watched) != seen_) {
      Reload("files changed");
    }
    lock.lock();
  }
}

}  // namespace ward::server
