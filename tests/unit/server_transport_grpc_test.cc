#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/budgets.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "server/health.h"
#include "server/listener.h"
#include "server/reflection.h"
#include "server/transport_grpc.h"
#include "server_grpc_client.h"

namespace ward::server {
namespace {

using std::chrono::milliseconds;

// A folder that goes away with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ward-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string Socket() const { return (path_ / "s").string(); }

 private:
  std::filesystem::path path_;
};

// Says what it was told, with what it was made with in front.
class EchoService final : public ByteService {
 public:
  explicit EchoService(std::string prefix) : prefix_(std::move(prefix)) {}
  Reply Answer(std::string_view request) override {
    if (request == "fail") return {{}, CallStatus::kNotFound, "as you wish"};
    answer_ = prefix_ + std::string(request);
    return {answer_};
  }

 private:
  std::string prefix_;
  std::string answer_;
};

// Lets a test hold a call in the middle of its answer.
struct Gate {
  std::mutex mu;
  std::condition_variable changed;
  bool entered = false;
  bool open = false;

  void Enter() {
    std::unique_lock lock(mu);
    entered = true;
    changed.notify_all();
    changed.wait(lock, [this] { return open; });
  }
  void AwaitEntered() {
    std::unique_lock lock(mu);
    changed.wait(lock, [this] { return entered; });
  }
  void Open() {
    const std::scoped_lock lock(mu);
    open = true;
    changed.notify_all();
  }
};

class GatedService final : public ByteService {
 public:
  explicit GatedService(Gate& gate) : gate_(gate) {}
  Reply Answer(std::string_view /*request*/) override {
    gate_.Enter();
    return {"through"};
  }

 private:
  Gate& gate_;
};

Endpoint Echo(std::string path, CallShape shape, std::string prefix) {
  return {std::move(path), shape, [prefix]() -> Result<std::unique_ptr<ByteService>> {
            return std::unique_ptr<ByteService>(std::make_unique<EchoService>(prefix));
          }};
}

std::vector<Endpoint> Echoes() {
  return {Echo("/t.T/One", CallShape::kUnary, "one:"), Echo("/t.T/Many", CallShape::kExchange, "many:")};
}

GrpcTransportOptions On(std::string_view address, int threads = 2) {
  return {ParseListenAddress(address).value(), threads};
}

std::shared_ptr<grpc::Channel> Connect(const GrpcTransport& transport) {
  // A channel of its own each time: global subchannels would outlive a server and its socket.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(transport.address().ToString(), grpc::InsecureChannelCredentials(), arguments);
}

TEST(GrpcTransportTest, AnswersOverAUnixSocketOfMode0660) {
  const TempFolder folder;
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_TRUE(transport) << transport.error().message;
  struct stat status {};
  ASSERT_EQ(::stat(folder.Socket().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0660U);
  const auto channel = Connect(*transport);
  for (int i = 0; i < 100; ++i) {
    const TestAnswer answer = CallUnary(channel, "/t.T/One", std::to_string(i));
    ASSERT_EQ(answer.code, grpc::StatusCode::OK);
    ASSERT_EQ(answer.bytes, "one:" + std::to_string(i));
  }
  EXPECT_EQ(CallUnary(channel, "/t.T/One", "").bytes, "one:");
  EXPECT_EQ(CallUnary(channel, "/t.T/One", "fail").code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(CallUnary(channel, "/t.T/None", "x").code, grpc::StatusCode::UNIMPLEMENTED);
  const std::string large(base::budget::kGrpcMessageBytesMax - 1024, 'x');
  EXPECT_EQ(CallUnary(channel, "/t.T/One", large).bytes.size(), large.size() + 4);
  const std::string beyond(base::budget::kGrpcMessageBytesMax + 1, 'x');
  EXPECT_EQ(CallUnary(channel, "/t.T/One", beyond).code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  transport->Drain(milliseconds(0));
  transport->Drain(milliseconds(0));
  EXPECT_FALSE(std::filesystem::exists(folder.Socket()));
}

TEST(GrpcTransportTest, AnswersOnLoopbackAndTellsItsPort) {
  for (const std::string_view address : {"127.0.0.1:0", "localhost:0", "[::1]:0"}) {
    auto transport = GrpcTransport::Start(On(address), Echoes());
    ASSERT_TRUE(transport) << transport.error().message;
    EXPECT_NE(transport->address().port, 0);
    EXPECT_EQ(CallUnary(Connect(*transport), "/t.T/One", "x").bytes, "one:x");
    // The port is taken, not shared.
    auto second = GrpcTransport::Start(On(transport->address().ToString()), Echoes());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kIo);
    EXPECT_NE(second.error().message.find("in use"), std::string::npos) << second.error().message;
  }
}

TEST(GrpcTransportTest, EachThreadHasItsOwnServices) {
  const TempFolder folder;
  std::atomic<int> made = 0;
  std::vector<Endpoint> endpoints{{"/t.T/One", CallShape::kUnary, [&made]() -> Result<std::unique_ptr<ByteService>> {
                                     ++made;
                                     return std::unique_ptr<ByteService>(std::make_unique<EchoService>(""));
                                   }}};
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket(), 3), std::move(endpoints));
  ASSERT_TRUE(transport);
  EXPECT_EQ(made, 3);
}

TEST(GrpcTransportTest, AServiceThatCannotBeMadeStopsTheStart) {
  const TempFolder folder;
  std::vector<Endpoint> endpoints{{"/t.T/One", CallShape::kUnary, []() -> Result<std::unique_ptr<ByteService>> {
                                     return Error{ErrorCode::kBusy, "no more readers"};
                                   }}};
  const auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), std::move(endpoints));
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().message, "no more readers");
  EXPECT_FALSE(std::filesystem::exists(folder.Socket()));
}

TEST(GrpcTransportTest, ManyClientsAtOnce) {
  const TempFolder folder;
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_TRUE(transport);
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [&transport, c] {
      const auto channel = Connect(*transport);
      int right = 0;
      for (int i = 0; i < 200; ++i) {
        const std::string text = std::to_string(c) + "-" + std::to_string(i);
        if (CallUnary(channel, "/t.T/One", text).bytes == "one:" + text) ++right;
      }
      return right;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 200);
}

TEST(GrpcTransportTest, AnExchangeAnswersEachMessage) {
  const TempFolder folder;
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_TRUE(transport);
  const auto channel = Connect(*transport);
  TestStream stream(channel, "/t.T/Many");
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(stream.Send(std::to_string(i)));
    EXPECT_EQ(stream.Receive(), "many:" + std::to_string(i));
  }
  stream.CloseSending();
  EXPECT_EQ(stream.Receive(), std::nullopt);
  EXPECT_TRUE(stream.Finish().ok());
  TestStream failing(channel, "/t.T/Many");
  failing.Send("fail");
  EXPECT_EQ(failing.Receive(), std::nullopt);
  EXPECT_EQ(failing.Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(GrpcTransportTest, DrainingLetsACallInFlightFinishAndTakesNoNewOne) {
  const TempFolder folder;
  Gate gate;
  std::vector<Endpoint> endpoints{{"/t.T/Gated", CallShape::kUnary, [&gate]() -> Result<std::unique_ptr<ByteService>> {
                                     return std::unique_ptr<ByteService>(std::make_unique<GatedService>(gate));
                                   }}};
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket(), 1), std::move(endpoints));
  ASSERT_TRUE(transport);
  const auto channel = Connect(*transport);
  auto call = std::async(std::launch::async, [&channel] { return CallUnary(channel, "/t.T/Gated", "x"); });
  gate.AwaitEntered();
  auto drain = std::async(std::launch::async, [&transport] { transport->Drain(std::chrono::seconds(20)); });
  // The listener is gone first.
  while (std::filesystem::exists(folder.Socket())) std::this_thread::yield();
  gate.Open();
  const TestAnswer answer = call.get();
  EXPECT_EQ(answer.code, grpc::StatusCode::OK);
  EXPECT_EQ(answer.bytes, "through");
  drain.get();
}

TEST(GrpcTransportTest, DrainingCancelsAnIdleStreamWhenPatienceEnds) {
  const TempFolder folder;
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_TRUE(transport);
  TestStream stream(Connect(*transport), "/t.T/Many");
  ASSERT_TRUE(stream.Send("x"));
  ASSERT_TRUE(stream.Receive().has_value());
  transport->Drain(milliseconds(1));
  EXPECT_EQ(stream.Receive(), std::nullopt);
  EXPECT_FALSE(stream.Finish().ok());
}

TEST(GrpcTransportTest, AStaleSocketIsReplacedALiveOneIsNot) {
  const TempFolder folder;
  const std::string path = folder.Socket();
  {
    // As a killed process leaves it: bound, nobody listens.
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(fd);
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  auto transport = GrpcTransport::Start(On("unix:" + path), Echoes());
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_EQ(CallUnary(Connect(*transport), "/t.T/One", "x").bytes, "one:x");
  const auto second = GrpcTransport::Start(On("unix:" + path), Echoes());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBusy);
  EXPECT_EQ(CallUnary(Connect(*transport), "/t.T/One", "x").bytes, "one:x");
}

// Takes every file descriptor that the process may have, until it goes.
class NoDescriptorLeft {
 public:
  NoDescriptorLeft() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    rlimit few = before_;
    few.rlim_cur = 256;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int fd = ::dup(STDERR_FILENO); fd >= 0; fd = ::dup(STDERR_FILENO)) taken_.push_back(fd);
  }
  NoDescriptorLeft(const NoDescriptorLeft&) = delete;
  NoDescriptorLeft& operator=(const NoDescriptorLeft&) = delete;
  ~NoDescriptorLeft() {
    for (const int fd : taken_) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

bool IsReadable(int fd, int timeout_ms) {
  pollfd file{fd, POLLIN, 0};
  return ::poll(&file, 1, timeout_ms) == 1;
}

TEST(GrpcTransportTest, WithoutAFileDescriptorItWaitsForOne) {
  const TempFolder folder;
  const std::string path = folder.Socket();
  auto transport = GrpcTransport::Start(On("unix:" + path), Echoes());
  ASSERT_TRUE(transport) << transport.error().message;
  const Descriptor client(::socket(AF_UNIX, SOCK_STREAM, 0));
  {
    const NoDescriptorLeft none;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_FALSE(IsReadable(client.get(), 150));  // in the queue: nobody greets it
  }
  EXPECT_TRUE(IsReadable(client.get(), 10'000));  // the settings that HTTP/2 begins with
  EXPECT_EQ(CallUnary(Connect(*transport), "/t.T/One", "x").bytes, "one:x");
}

TEST(GrpcTransportTest, AnothersSocketStays) {
  const TempFolder folder;
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_TRUE(transport) << transport.error().message;
  std::filesystem::remove(folder.Socket());
  auto second = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_TRUE(second) << second.error().message;
  transport->Drain(milliseconds(0));
  EXPECT_EQ(CallUnary(Connect(*second), "/t.T/One", "x").bytes, "one:x");
}

TEST(GrpcTransportTest, AFileInTheWayStays) {
  const TempFolder folder;
  std::ofstream(folder.Socket()) << "precious";
  const auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), Echoes());
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(std::filesystem::is_regular_file(folder.Socket()));
  const auto nowhere = GrpcTransport::Start(On("unix:" + folder.Socket() + "/no/folder"), Echoes());
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message.find("create it first"), std::string::npos);
}

// --- Health and reflection through the transport.

grpc::health::v1::HealthCheckResponse::ServingStatus HealthOf(const std::optional<std::string>& bytes) {
  grpc::health::v1::HealthCheckResponse response;
  EXPECT_TRUE(bytes.has_value());
  EXPECT_TRUE(response.ParseFromString(bytes.value_or("\xff")));
  return response.status();
}

std::string HealthRequest(const std::string& service) {
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  return request.SerializeAsString();
}

using grpc::health::v1::HealthCheckResponse;
constexpr std::string_view kAuth = "envoy.service.auth.v3.Authorization";

TEST(HealthTest, CheckListAndWatch) {
  const TempFolder folder;
  const auto board = std::make_shared<ServingBoard>();
  board->Set("", Serving::kYes);
  board->Set(std::string(kAuth), Serving::kNo);
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()), HealthEndpoints(board));
  ASSERT_TRUE(transport);
  const auto channel = Connect(*transport);
  const std::string check = "/grpc.health.v1.Health/Check";
  EXPECT_EQ(HealthOf(CallUnary(channel, check, HealthRequest("")).bytes), HealthCheckResponse::SERVING);
  EXPECT_EQ(HealthOf(CallUnary(channel, check, HealthRequest(std::string(kAuth))).bytes),
            HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(CallUnary(channel, check, HealthRequest("none")).code, grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(CallUnary(channel, check, "\xff").code, grpc::StatusCode::INVALID_ARGUMENT);
  grpc::health::v1::HealthListResponse list;
  ASSERT_TRUE(list.ParseFromString(CallUnary(channel, "/grpc.health.v1.Health/List", "").bytes));
  EXPECT_EQ(list.statuses().size(), 2U);
  EXPECT_EQ(list.statuses().at("").status(), HealthCheckResponse::SERVING);

  TestStream watch(channel, "/grpc.health.v1.Health/Watch");
  watch.Send(HealthRequest(std::string(kAuth)));
  watch.CloseSending();
  EXPECT_EQ(HealthOf(watch.Receive()), HealthCheckResponse::NOT_SERVING);
  TestStream unknown(channel, "/grpc.health.v1.Health/Watch");
  unknown.Send(HealthRequest("later"));
  unknown.CloseSending();
  EXPECT_EQ(HealthOf(unknown.Receive()), HealthCheckResponse::SERVICE_UNKNOWN);
  {
    TestStream gone(channel, "/grpc.health.v1.Health/Watch");
    gone.Send(HealthRequest(""));
    EXPECT_EQ(HealthOf(gone.Receive()), HealthCheckResponse::SERVING);
  }
  board->Set(std::string(kAuth), Serving::kYes);
  transport->WakeWatchers();
  EXPECT_EQ(HealthOf(watch.Receive()), HealthCheckResponse::SERVING);
  board->Set("later", Serving::kYes);
  transport->WakeWatchers();
  EXPECT_EQ(HealthOf(unknown.Receive()), HealthCheckResponse::SERVING);
  // A watcher hears the last word, then its stream ends; the drain does not wait for its patience.
  board->Set(std::string(kAuth), Serving::kNo);
  const auto start = std::chrono::steady_clock::now();
  auto drain = std::async(std::launch::async, [&transport] { transport->Drain(std::chrono::seconds(20)); });
  EXPECT_EQ(HealthOf(watch.Receive()), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(watch.Receive(), std::nullopt);
  EXPECT_EQ(watch.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(unknown.Receive(), std::nullopt);
  EXPECT_EQ(unknown.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  drain.get();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
}

template <typename Request, typename Response>
void ExpectReflection(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  TestStream stream(channel, "/" + service + "/ServerReflectionInfo");
  const auto ask = [&stream](const Request& request) {
    Response response;
    EXPECT_TRUE(stream.Send(request.SerializeAsString()));
    const std::optional<std::string> bytes = stream.Receive();
    EXPECT_TRUE(bytes.has_value() && response.ParseFromString(*bytes));
    return response;
  };
  Request request;
  request.set_list_services("");
  std::vector<std::string> names;
  const Response listed = ask(request);
  for (const auto& item : listed.list_services_response().service()) {
    names.push_back(item.name());
  }
  EXPECT_EQ(names, (std::vector<std::string>{std::string(kAuth), std::string(kHealthServiceName),
                                             "grpc.reflection.v1.ServerReflection",
                                             "grpc.reflection.v1alpha.ServerReflection"}));
  // Every listed service can be looked up: grpc's own reflection cannot do this for health.
  for (const std::string& name : names) {
    request.set_file_containing_symbol(name);
    EXPECT_GT(ask(request).file_descriptor_response().file_descriptor_proto_size(), 0) << name;
  }
  request.set_file_containing_symbol("envoy.service.auth.v3.Authorization.Check");
  EXPECT_GT(ask(request).file_descriptor_response().file_descriptor_proto_size(), 3);
  request.set_file_by_filename("envoy/config/core/v3/base.proto");
  EXPECT_EQ(ask(request).file_descriptor_response().file_descriptor_proto_size(),
            4);  // with its three imports
  request.set_file_by_filename("nothing.proto");
  EXPECT_EQ(ask(request).error_response().error_code(), 5);
  request.set_all_extension_numbers_of_type("envoy.service.auth.v3.CheckRequest");
  EXPECT_EQ(ask(request).all_extension_numbers_response().extension_number_size(), 0);
  request.mutable_file_containing_extension()->set_containing_type("envoy.service.auth.v3.CheckRequest");
  EXPECT_EQ(ask(request).error_response().error_code(), 5);
  request.Clear();
  EXPECT_EQ(ask(request).error_response().error_code(), 3);
  EXPECT_TRUE(stream.CloseSending());
  EXPECT_TRUE(stream.Finish().ok());
}

TEST(ReflectionTest, BothVersionsTellTheSame) {
  const TempFolder folder;
  auto transport = GrpcTransport::Start(On("unix:" + folder.Socket()),
                                        ReflectionEndpoints({std::string(kAuth), std::string(kHealthServiceName)}));
  ASSERT_TRUE(transport);
  const auto channel = Connect(*transport);
  namespace v1 = grpc::reflection::v1;
  namespace v1alpha = grpc::reflection::v1alpha;
  ExpectReflection<v1::ServerReflectionRequest, v1::ServerReflectionResponse>(channel,
                                                                              "grpc.reflection.v1.ServerReflection");
  ExpectReflection<v1alpha::ServerReflectionRequest, v1alpha::ServerReflectionResponse>(
      channel, "grpc.reflection.v1alpha.ServerReflection");
}

// --- Where it may listen.

TEST(ListenAddressTest, OnlySocketsAndLoopback) {
  EXPECT_EQ(ParseListenAddress("unix:/run/ward.sock").value().socket_path, "/run/ward.sock");
  EXPECT_EQ(ParseListenAddress("127.0.0.1:9000").value().ToString(), "127.0.0.1:9000");
  EXPECT_EQ(ParseListenAddress("127.1.2.3:0").value().port, 0);
  EXPECT_EQ(ParseListenAddress("[::1]:9000").value().ToString(), "[::1]:9000");
  EXPECT_EQ(ParseListenAddress("localhost:1").value().ip, "127.0.0.1");
  for (const std::string_view open :
       {"0.0.0.0:9000", "[::]:9000", "10.0.0.1:9000", "[2001:db8::1]:1", "192.168.0.1:1"}) {
    const auto address = ParseListenAddress(open);
    ASSERT_FALSE(address) << open;
    EXPECT_EQ(address.error().code, ErrorCode::kPermission) << open;
    EXPECT_NE(address.error().message.find("plaintext"), std::string::npos);
  }
  for (const std::string_view bad :
       {"", ":9000", "9000", "::1:9000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:9x",
        "[127.0.0.1]:1", "example.com:1", "unix:", "unix:@abstract"}) {
    const auto address = ParseListenAddress(bad);
    ASSERT_FALSE(address) << bad;
    EXPECT_EQ(address.error().code, ErrorCode::kInvalidArgument) << bad;
  }
  EXPECT_TRUE(ParseListenAddress("unix:" + std::string(107, 'a')));
  EXPECT_FALSE(ParseListenAddress("unix:" + std::string(108, 'a')));
}

}  // namespace
}  // namespace ward::server
