#include "server/reloader.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/budgets.h"

namespace ward::server {
namespace {

namespace fs = std::filesystem;

// Mixes numbers so that equal sums of different files do not meet (the finalizer of MurmurHash3).
std::uint64_t Mix(std::uint64_t hash, std::uint64_t number) {
  hash ^= number + 0x9E3779B97F4A7C15U + (hash << 6U) + (hash >> 2U);
  hash ^= hash >> 33U;
  hash *= 0xFF51AFD7ED558CCDU;
  return hash ^ (hash >> 33U);
}

std::uint64_t OfFile(const fs::path& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return 0;
  std::uint64_t hash = std::hash<std::string>{}(path.string());
  hash = Mix(hash, status.st_ino);
  hash = Mix(hash, static_cast<std::uint64_t>(status.st_size));
  hash = Mix(hash, static_cast<std::uint64_t>(status.st_mtim.tv_sec));
  return Mix(hash, static_cast<std::uint64_t>(status.st_mtim.tv_nsec));
}

}  // namespace

std::uint64_t Fingerprint(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return OfFile(path);
  // A sum does not depend on the order in which a folder lists its files.
  std::uint64_t sum = OfFile(path);
  std::size_t count = 0;
  fs::recursive_directory_iterator files(path, fs::directory_options::skip_permission_denied, error);
  for (; !error && files != fs::recursive_directory_iterator(); files.increment(error)) {
    if (++count > base::budget::kBundleFileCountMax) break;
    sum += OfFile(files->path());
  }
  return sum;
}

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
  if (!options_.watched.empty()) seen_ = Fingerprint(options_.watched);
  WARD_ASSIGN_OR_RETURN(const LoadedPolicy policy, loader_());
  if (!policy.warnings.empty()) {
    log_.Write(observe::Level::kWarning, "policy_warnings", {{"text", std::string_view(policy.warnings)}});
  }
  return engine_.Load(policy.bytecode, policy.tables);
}

void Reloader::Start() {
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
    } else if (!options_.watched.empty() && Fingerprint(options_.watched) != seen_) {
      Reload("files changed");
    }
    lock.lock();
  }
}

}  // namespace ward::server
