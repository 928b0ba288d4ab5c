// `ward serve`: the policy decision point as a server.
#include "server/serve.h"

#include <fmt/format.h>
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bundle/manifest.h"
#include "cli/bundle_source.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "diag/render.h"
#include "observe/log.h"
#include "server/reloader.h"

namespace ward::cli {
namespace {

struct ServeFlags {
  std::string bundle;
  std::vector<std::string> listen = {"unix:ward.sock"};
  int threads = 0;
  bool no_watch = false;
  int drain_seconds = 10;
  observe::LogOptions log;
  server::DecisionLogging decisions = server::DecisionLogging::kAll;
};

// Blocks them in this thread, and so in all that it starts: main waits for them with sigwait.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A client that goes away while we write is an error of that call, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

server::PolicyLoader MakeLoader(const std::string& path) {
  return [path]() -> Result<server::LoadedPolicy> {
    std::vector<Diagnostic> found;
    Result<BundleSource> source = ReadBundle(path, found);
    if (!source.has_value()) {
      std::string why = source.error().message;
      if (!found.empty()) why += "\n" + diag::RenderTerminal(found, diag::Colour::kNever);
      return Error{source.error().code, std::move(why)};
    }
    server::LoadedPolicy policy;
    policy.bytecode = std::move(source->bytecode);
    policy.tables = std::move(source->tables);
    policy.warnings = diag::RenderLines(source->diagnostics);
    return policy;
  };
}

std::string Banner(const Engine& engine, const server::Server& server, const ServeFlags& flags) {
  const BundleInfo info = engine.info();
  std::string text =
      fmt::format("ward {}: bundle {}, {} rules, {} operations, {} zones, digest {}\n", WARD_VERSION, info.name,
                  info.rule_count, info.operations.size(), info.zones.size(), info.digest.substr(0, 16));
  for (const server::Served& served : server.served()) {
    text += fmt::format("  {:<40} {}\n", served.service, served.address);
  }
  std::string unloaded;
  for (const LiveTableInfo& table : info.tables) {
    if (!table.loaded) unloaded += (unloaded.empty() ? "" : ", ") + table.name;
  }
  if (!unloaded.empty()) text += fmt::format("  live tables without rows, in doubt wherever read: {}\n", unloaded);
  text += fmt::format("  {}; SIGHUP reloads, SIGTERM drains, a second one ends at once\n",
                      flags.no_watch ? "not watching files" : "watching " + flags.bundle);
  return text;
}

constexpr std::chrono::seconds kLogPatience(2);

// Until somebody asks us to end. Who asks once more ends us at once.
void WaitForTheEnd(const sigset_t& signals, server::Reloader& reloader) {
  for (;;) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) break;
    reloader.Request();
  }
  sigset_t again = signals;
  sigdelset(&again, SIGHUP);
  pthread_sigmask(SIG_UNBLOCK, &again, nullptr);
}

void Serve(const ServeFlags& flags, Invocation& invocation) {
  server::ServeOptions options;
  options.thread_count = flags.threads;
  options.decisions = flags.decisions;
  for (const std::string& text : flags.listen) {
    const Result<server::ListenAddress> address = server::ParseListenAddress(text);
    if (!address.has_value()) return Fail(invocation, Exit::kUsage, address.error().message);
    options.listen.push_back(*address);
  }
  const sigset_t signals = BlockSignals();
  Result<std::unique_ptr<observe::Log>> log = observe::Log::Open(flags.log);
  if (!log.has_value()) return Fail(invocation, Exit::kUsage, log.error().message);
  Result<Engine> engine = Engine::Create({});
  if (!engine.has_value()) return Fail(invocation, Exit::kInternal, engine.error().message);

  server::Reloader reloader(*engine, **log, MakeLoader(flags.bundle),
                            {.watched = flags.no_watch ? std::string() : flags.bundle});
  const Result<std::uint64_t> loaded = reloader.LoadNow();
  if (!loaded.has_value()) return Fail(invocation, Exit::kUsage, loaded.error().message);
  Result<bundle::ServerSettings> settings = bundle::ReadServerText(engine->info().server);
  if (!settings.has_value()) return Fail(invocation, Exit::kUsage, settings.error().message);
  options.settings = *std::move(settings);

  Result<server::Server> server = server::Server::Start(*engine, **log, options);
  if (!server.has_value()) return Fail(invocation, Exit::kInternal, server.error().message);
  PrintError(Banner(*engine, *server, flags));
  (*log)->Write(observe::Level::kInfo, "started",
                {{"version", std::string_view(WARD_VERSION)},
                 {"generation", static_cast<std::int64_t>(*loaded)},
                 {"trusted_hops", std::int64_t{options.settings.trusted_hops}},
                 {"claims_namespace", std::string_view(options.settings.claims_namespace)}});
  reloader.Start();

  WaitForTheEnd(signals, reloader);
  (*log)->Write(observe::Level::kInfo, "draining", {});
  server->Drain(std::chrono::seconds(flags.drain_seconds));
  (*log)->Write(observe::Level::kInfo, "stopped", {});
  // Without a reader the log's writer never ends, and we would not either.
  if (!(*log)->Flush(kLogPatience)) std::_Exit(static_cast<int>(Exit::kInternal));
}

void AddLogFlags(CLI::App& command, ServeFlags& flags) {
  command.add_option("--log-file", flags.log.file, "append the log to this file (default: standard output)");
  AddChoice(command, "--log-level", flags.log.level, "lines below it are left out (default: info)",
            {{"debug", observe::Level::kDebug},
             {"info", observe::Level::kInfo},
             {"warning", observe::Level::kWarning},
             {"error", observe::Level::kError}});
  AddChoice(command, "--log-decisions", flags.decisions, "which decisions are logged (default: all)",
            {{"all", server::DecisionLogging::kAll},
             {"refused", server::DecisionLogging::kRefused},
             {"none", server::DecisionLogging::kNone}});
}

}  // namespace

void AddServe(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<ServeFlags>();
  CLI::App* command = app.add_subcommand("serve", "answer Envoy's external authorization calls");
  command->add_option("--bundle", flags->bundle, "bundle folder, .ward or .wardc file")->required();
  command
      ->add_option("--listen", flags->listen,
                   "unix:PATH or a loopback IP:PORT; may be repeated (default: unix:ward.sock)")
      ->allow_extra_args(false);
  command->add_option("--threads", flags->threads, "threads of each listener (default: one per processor)")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--no-watch", flags->no_watch, "reload on SIGHUP only, not when files change");
  command->add_option("--drain-seconds", flags->drain_seconds, "how long calls may finish after SIGTERM (default: 10)")
      ->check(CLI::Range(0, 3600));
  AddLogFlags(*command, *flags);
  command->footer(
      "The socket has mode 0660: Envoy's user must be in our group. Plaintext is refused on other addresses.\n"
      "[server] of ward.toml, also in a .wardc, maps claims and client addresses; a .wardc brings no rows of live "
      "tables.\n"
      "The log is one JSON object a line; the banner goes to standard error. Exits with 0 after SIGTERM or SIGINT,\n"
      "with 3 if the end of the log could not be written.\n\n"
      "example:\n  ward serve --bundle examples/gateway --listen unix:/run/ward/ward.sock");
  command->callback([flags, &invocation] { Serve(*flags, invocation); });
}

}  // namespace ward::cli
