// One thread = one completion queue = one Worker. Every call is a small state machine whose address
// is the tag of its one operation in flight; when the queue gives the tag back, Proceed takes the
// next step. As a Worker's calls live on its thread alone, they need no locks.
//
// Methods are registered by path with plain bytes as their messages, the way generated code
// registers its "raw" methods; what is not registered grpc answers with UNIMPLEMENTED. Every method
// has a few calls waiting for requests, and a call that got one first puts a new one in its place.
//
// Shutting down: (1) the listener closes; (2) watches are ended, since they would never end by themselves; (3) grpc's
// Shutdown refuses new calls, waits for those in flight and cancels them at the deadline; (4) only
// then is each Worker told, through its queue, to close that queue: an operation started on a
// closed queue would abort the process, and this way only the thread that starts operations closes
// it.
#include "server/transport_grpc.h"

#include <fmt/format.h>
#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "base/budgets.h"
#include "server/listener.h"

namespace ward::server {
namespace {

using Acceptor = grpc::experimental::ExternalConnectionAcceptor;
using ByFd = grpc::ServerBuilder::experimental_type::ExternalConnectionType;

// Calls of one method that wait for requests, per thread.
constexpr int kWaitingUnaryCalls = 16;
constexpr int kWaitingStreams = 1;

// Something whose address is a tag.
class Event {
 public:
  virtual void Proceed(bool ok) = 0;

 protected:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() = default;
};

grpc::internal::RpcMethod::RpcType TypeOf(CallShape shape) {
  switch (shape) {
    case CallShape::kUnary:
      return grpc::internal::RpcMethod::NORMAL_RPC;
    case CallShape::kExchange:
      return grpc::internal::RpcMethod::BIDI_STREAMING;
    case CallShape::kWatch:
      return grpc::internal::RpcMethod::SERVER_STREAMING;
  }
  return grpc::internal::RpcMethod::NORMAL_RPC;
}

class ByteMethods final : public grpc::Service {
 public:
  // `endpoints` must outlive it: grpc keeps pointers to the paths.
  explicit ByteMethods(const std::vector<Endpoint>& endpoints) {
    for (const Endpoint& endpoint : endpoints) {
      AddMethod(new grpc::internal::RpcServiceMethod(endpoint.path.c_str(), TypeOf(endpoint.shape), nullptr));
      MarkMethodAsync(count_++);
    }
  }
  using grpc::Service::RequestAsyncBidiStreaming;
  using grpc::Service::RequestAsyncServerStreaming;
  using grpc::Service::RequestAsyncUnary;

 private:
  int count_ = 0;
};

// The bytes of a message in one piece.
class MessageBytes {
 public:
  explicit MessageBytes(const grpc::ByteBuffer& buffer) {
    if (!buffer.TrySingleSlice(&slice_).ok()) readable_ = buffer.DumpToSingleSlice(&slice_).ok();
  }
  [[nodiscard]] std::string_view view() const {
    return readable_ ? std::string_view(reinterpret_cast<const char*>(slice_.begin()), slice_.size())
                     : std::string_view();
  }

 private:
  grpc::Slice slice_;
  bool readable_ = true;
};

grpc::ByteBuffer ToBuffer(std::string_view bytes) {
  const grpc::Slice slice(bytes.data(), bytes.size());
  return {&slice, 1};
}

grpc::Status ToStatus(const Reply& reply) {
  return {static_cast<grpc::StatusCode>(reply.status), std::string(reply.message)};
}

class WatchCall;

// What the calls of one thread share. Owner thread only, but for `queue`.
struct Worker {
  ByteMethods* methods = nullptr;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  std::vector<std::unique_ptr<ByteService>> services;  // by number of endpoint
  std::vector<WatchCall*> watches;
  bool draining = false;  // watches end
  bool closed = false;    // the queue takes no operations any more
};

class UnaryCall final : public Event {
 public:
  UnaryCall(Worker& worker, int method) : worker_(worker), method_(method) {
    worker_.methods->RequestAsyncUnary(method_, &context_, &request_, &responder_, worker_.queue.get(),
                                       worker_.queue.get(), this);
  }

  void Proceed(bool ok) override {
    if (answered_ || !ok || worker_.closed) {
      delete this;
      return;
    }
    answered_ = true;
    new UnaryCall(worker_, method_);
    if (context_.deadline() < std::chrono::system_clock::now()) {
      responder_.FinishWithError({grpc::StatusCode::DEADLINE_EXCEEDED, "came too late"}, this);
      return;
    }
    const MessageBytes message(request_);
    const Reply reply = worker_.services[static_cast<std::size_t>(method_)]->Answer(message.view());
    if (reply.status == CallStatus::kOk) {
      responder_.Finish(ToBuffer(reply.bytes), grpc::Status::OK, this);
    } else {
      responder_.FinishWithError(ToStatus(reply), this);
    }
  }

 private:
  ~UnaryCall() = default;

  Worker& worker_;
  const int method_;
  bool answered_ = false;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> responder_{&context_};
};

class ExchangeCall final : public Event {
 public:
  ExchangeCall(Worker& worker, int method) : worker_(worker), method_(method) {
    worker_.methods->RequestAsyncBidiStreaming(method_, &context_, &stream_, worker_.queue.get(), worker_.queue.get(),
                                               this);
  }

  void Proceed(bool ok) override {
    if (worker_.closed) {
      delete this;
      return;
    }
    switch (step_) {
      case Step::kWaiting:
        if (!ok) {
          delete this;
          return;
        }
        new ExchangeCall(worker_, method_);
        Read();
        return;
      case Step::kReading:
        ok ? Answer() : Finish(grpc::Status::OK);
        return;
      case Step::kWriting:
        ok ? Read() : Finish(grpc::Status::CANCELLED);
        return;
      case Step::kFinishing:
        delete this;
        return;
    }
  }

 private:
  enum class Step : std::uint8_t { kWaiting, kReading, kWriting, kFinishing };
  ~ExchangeCall() = default;

  void Read() {
    step_ = Step::kReading;
    stream_.Read(&request_, this);
  }
  void Answer() {
    const MessageBytes message(request_);
    const Reply reply = worker_.services[static_cast<std::size_t>(method_)]->Answer(message.view());
    if (reply.status != CallStatus::kOk) {
      Finish(ToStatus(reply));
      return;
    }
    step_ = Step::kWriting;
    stream_.Write(ToBuffer(reply.bytes), this);
  }
  void Finish(const grpc::Status& status) {
    step_ = Step::kFinishing;
    stream_.Finish(status, this);
  }

  Worker& worker_;
  const int method_;
  Step step_ = Step::kWaiting;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer> stream_{&context_};
};

// A watch has two tags: of its own operation, and of grpc's notice that the call is over, without
// which nobody would tell it that the client has gone. It goes when both are back.
class WatchCall final : public Event {
 public:
  WatchCall(Worker& worker, int method) : worker_(worker), method_(method), over_(*this) {
    context_.AsyncNotifyWhenDone(&over_);
    worker_.methods->RequestAsyncServerStreaming(method_, &context_, &request_, &writer_, worker_.queue.get(),
                                                 worker_.queue.get(), this);
  }

  void Proceed(bool ok) override {
    busy_ = false;
    if (!started_) {
      // A call that never began gets no notice either.
      if (!ok || worker_.closed) {
        delete this;
        return;
      }
      started_ = true;
      worker_.watches.push_back(this);
      if (!worker_.draining) new WatchCall(worker_, method_);
    } else if (!ok) {
      broken_ = true;
    }
    Continue();
  }

  // Something may have changed, or the server is about to end.
  void Continue() {
    if (busy_) return;
    if (over_seen_ && (finished_ || worker_.closed)) {
      worker_.watches.erase(std::find(worker_.watches.begin(), worker_.watches.end(), this));
      delete this;
      return;
    }
    if (finished_ || worker_.closed) return;
    if (!over_seen_ && !broken_ && WriteIfChanged()) return;
    if (over_seen_ || broken_ || worker_.draining) Finish({grpc::StatusCode::UNAVAILABLE, "ends"});
  }

 private:
  class Over final : public Event {
   public:
    explicit Over(WatchCall& call) : call_(call) {}
    ~Over() = default;
    void Proceed(bool /*ok*/) override {
      call_.over_seen_ = true;
      call_.Continue();
    }

   private:
    WatchCall& call_;
  };
  ~WatchCall() = default;

  // True if an operation is in flight now.
  bool WriteIfChanged() {
    const MessageBytes message(request_);
    const Reply reply = worker_.services[static_cast<std::size_t>(method_)]->Answer(message.view());
    if (reply.status != CallStatus::kOk) {
      Finish(ToStatus(reply));
      return true;
    }
    if (wrote_ && reply.bytes == last_) return false;
    wrote_ = true;
    last_ = reply.bytes;
    busy_ = true;
    writer_.Write(ToBuffer(reply.bytes), this);
    return true;
  }
  void Finish(const grpc::Status& status) {
    busy_ = true;
    finished_ = true;
    writer_.Finish(status, this);
  }

  Worker& worker_;
  const int method_;
  bool started_ = false;
  bool busy_ = true;  // an operation is in flight
  bool wrote_ = false;
  bool broken_ = false;     // the last write failed
  bool finished_ = false;   // Finish was called
  bool over_seen_ = false;  // grpc's notice came
  std::string last_;
  grpc::ServerContext context_;
  grpc::ByteBuffer request_;
  grpc::ServerAsyncWriter<grpc::ByteBuffer> writer_{&context_};
  Over over_;
};

enum class Note : std::uint8_t { kWake, kDrain, kClose };

// Carries a note from another thread through the queue to its Worker.
class NoteEvent final : public Event {
 public:
  NoteEvent(Worker& worker, Note note) : worker_(worker), note_(note) {
    alarm_.Set(worker_.queue.get(), gpr_time_0(GPR_CLOCK_MONOTONIC), this);
  }

  void Proceed(bool /*ok*/) override {
    if (note_ == Note::kDrain) worker_.draining = true;
    if (note_ == Note::kClose) {
      worker_.closed = true;
      worker_.queue->Shutdown();
    }
    // A call may take itself off the list.
    const std::vector<WatchCall*> watches = worker_.watches;
    for (WatchCall* watch : watches) watch->Continue();
    delete this;
  }

 private:
  ~NoteEvent() = default;

  Worker& worker_;
  const Note note_;
  grpc::Alarm alarm_;
};

void ServeQueue(Worker& worker) {
  void* tag = nullptr;
  bool ok = false;
  while (worker.queue->Next(&tag, &ok)) static_cast<Event*>(tag)->Proceed(ok);
}

void PlaceCalls(Worker& worker, const std::vector<Endpoint>& endpoints) {
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const bool unary = endpoints[i].shape == CallShape::kUnary;
    const auto method = static_cast<int>(i);
    for (int k = 0; k < (unary ? kWaitingUnaryCalls : kWaitingStreams); ++k) {
      // Each belongs to the queue from now on.
      switch (endpoints[i].shape) {
        case CallShape::kUnary:
          new UnaryCall(worker, method);
          break;
        case CallShape::kExchange:
          new ExchangeCall(worker, method);
          break;
        case CallShape::kWatch:
          new WatchCall(worker, method);
          break;
      }
    }
  }
}

// Why each: WIRE section 4 and IDENTITY section 5.
void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(base::budget::kGrpcMessageBytesMax));
  // 16 MiB of gzip could be 16 GiB; proxies do not compress.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 * 1024);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 4096);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 5'000);
}

}  // namespace

class GrpcTransport::State {
 public:
  State(ListenAddress address, std::vector<Endpoint> endpoints)
      : wanted_(std::move(address)), endpoints_(std::move(endpoints)), methods_(endpoints_) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { Drain(std::chrono::milliseconds(0)); }

  Result<void> Start(int thread_count);
  void Post(Note note);
  void Drain(std::chrono::milliseconds patience);
  // Requires: Start succeeded.
  [[nodiscard]] const ListenAddress& address() const { return listener_->address(); }

 private:
  Result<void> MakeServices(Worker& worker);
  Result<void> Listen();
  // Of a server that never started.
  void DiscardQueues();

  const ListenAddress wanted_;
  const std::vector<Endpoint> endpoints_;
  ByteMethods methods_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Acceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::thread> threads_;
  std::mutex mu_;
  bool closed_ = false;  // guarded by mu_: no notes any more
};

Result<void> GrpcTransport::State::MakeServices(Worker& worker) {
  for (const Endpoint& endpoint : endpoints_) {
    WARD_ASSIGN_OR_RETURN(std::unique_ptr<ByteService> service, endpoint.make());
    worker.services.push_back(std::move(service));
  }
  return {};
}

Result<void> GrpcTransport::State::Start(int thread_count) {
  for (int i = 0; i < thread_count; ++i) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->methods = &methods_;
    WARD_RETURN_IF_ERROR(MakeServices(*workers_.back()));
  }
  if (auto listening = Listen(); !listening) {
    DiscardQueues();
    return listening;
  }
  for (const std::unique_ptr<Worker>& worker : workers_) {
    PlaceCalls(*worker, endpoints_);
    threads_.emplace_back([&worker = *worker] { ServeQueue(worker); });
  }
  listener_->Start([this](int connection) {
    Acceptor::NewConnectionParameters arrived;
    arrived.fd = connection;
    acceptor_->HandleNewConnection(&arrived);
  });
  return {};
}

// Connections are taken once there are calls to answer them with.
Result<void> GrpcTransport::State::Listen() {
  WARD_ASSIGN_OR_RETURN(listener_, Listener::Open(wanted_));
  grpc::ServerBuilder builder;
  SetLimits(builder);
  acceptor_ = builder.experimental().AddExternalConnectionAcceptor(ByFd::FROM_FD, grpc::InsecureServerCredentials());
  builder.RegisterService(&methods_);
  for (const std::unique_ptr<Worker>& worker : workers_) worker->queue = builder.AddCompletionQueue();
  server_ = builder.BuildAndStart();
  if (server_ != nullptr) return {};
  return Error{ErrorCode::kIo, fmt::format("cannot serve gRPC on `{}`", listener_->address().ToString())};
}

void GrpcTransport::State::DiscardQueues() {
  if (server_ != nullptr) server_->Shutdown();
  server_.reset();
  for (const std::unique_ptr<Worker>& worker : workers_) {
    if (worker->queue == nullptr) continue;
    worker->queue->Shutdown();
    ServeQueue(*worker);
  }
}

void GrpcTransport::State::Post(Note note) {
  const std::scoped_lock lock(mu_);
  if (closed_ || server_ == nullptr) return;
  closed_ = note == Note::kClose;
  for (const std::unique_ptr<Worker>& worker : workers_) new NoteEvent(*worker, note);
}

void GrpcTransport::State::Drain(std::chrono::milliseconds patience) {
  if (threads_.empty()) return;
  listener_->Close();
  Post(Note::kDrain);
  server_->Shutdown(std::chrono::system_clock::now() + patience);
  Post(Note::kClose);
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Result<GrpcTransport> GrpcTransport::Start(const GrpcTransportOptions& options, std::vector<Endpoint> endpoints) {
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const int thread_count = options.thread_count > 0 ? options.thread_count : static_cast<int>(processors);
  auto state = std::make_unique<State>(options.address, std::move(endpoints));
  WARD_RETURN_IF_ERROR(state->Start(thread_count));
  return GrpcTransport(std::move(state));
}

GrpcTransport::GrpcTransport(std::unique_ptr<State> state) : state_(std::move(state)) {}
GrpcTransport::GrpcTransport(GrpcTransport&&) noexcept = default;
GrpcTransport& GrpcTransport::operator=(GrpcTransport&&) noexcept = default;
GrpcTransport::~GrpcTransport() = default;

const ListenAddress& GrpcTransport::address() const { return state_->address(); }
void GrpcTransport::WakeWatchers() { state_->Post(Note::kWake); }
void GrpcTransport::Drain(std::chrono::milliseconds patience) { state_->Drain(patience); }

}  // namespace ward::server
