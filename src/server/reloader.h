// server: keeps the live policy in step with its files.
//
// One thread of its own. It reloads when asked (SIGHUP) and, unless told not to, when a file below the watched path
// changes. A bad policy changes nothing: the last good one stays live, and the log says why the new one was refused.
// Changes are seen by bundle/fingerprint.h, twice a second.
// Thread-safe: Request() from anywhere, signal handlers excepted.
#ifndef WARD_SRC_SERVER_RELOADER_H_
#define WARD_SRC_SERVER_RELOADER_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "observe/log.h"
#include "ward/engine.h"
#include "ward/error.h"

namespace ward::server {

// What a loader brings: bytecode and the rows of live tables.
struct LoadedPolicy {
  std::vector<std::byte> bytecode;
  std::vector<Engine::TableContent> tables;
  std::string warnings;  // one line each, for the log; empty: none
};

// Reads (and compiles, if that is what it does) the policy anew. Injected by `cli`, so that `server` links no parser.
// An error's message says what is wrong with the policy, at length: it goes to the log.
using PolicyLoader = std::function<Result<LoadedPolicy>()>;

struct ReloadOptions {
  std::string watched;                      // file or folder; empty: only on Request()
  std::chrono::milliseconds interval{500};  // between two looks
};

class Reloader {
 public:
  // `engine`, `log` must outlive it. Nothing happens before Start().
  Reloader(Engine& engine, observe::Log& log, PolicyLoader loader, ReloadOptions options);
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Loads for the first time, in the caller's thread. An error means that nothing is live.
  Result<std::uint64_t> LoadNow();
  void Start();
  // Reload soon; several requests at once are one.
  void Request();

 private:
  void Run();
  void Reload(std::string_view cause);

  Engine& engine_;
  observe::Log& log_;
  const PolicyLoader loader_;
  const ReloadOptions options_;

  // Owner thread only (before Start: the caller's).
  std::uint64_t seen_ = 0;       // fingerprint of the files at the last load
  std::string server_settings_;  // that the server was started with

  std::mutex mu_;
  std::condition_variable wake_;
  bool requested_ = false;  // guarded by mu_
  bool stopping_ = false;   // guarded by mu_
  std::thread thread_;
};

}  // namespace ward::server

#endif  // WARD_SRC_SERVER_RELOADER_H_
