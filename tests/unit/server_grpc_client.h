// A grpc++ client for tests that sends and takes bytes, by path.
#ifndef WARD_TESTS_UNIT_SERVER_GRPC_CLIENT_H_
#define WARD_TESTS_UNIT_SERVER_GRPC_CLIENT_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ward::server {

// One stream; a unary call is a stream with one message each way.
class TestStream {
 public:
  TestStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& path) : stub_(channel) {
    context_.set_wait_for_ready(true);
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    stream_ = stub_.PrepareCall(&context_, path, &queue_);
    stream_->StartCall(Tag());
    Wait();
  }
  TestStream(const TestStream&) = delete;
  TestStream& operator=(const TestStream&) = delete;
  ~TestStream() {
    context_.TryCancel();
    if (!finished_) static_cast<void>(Finish());
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  bool Send(std::string_view bytes) {
    const grpc::Slice slice(bytes.data(), bytes.size());
    stream_->Write(grpc::ByteBuffer(&slice, 1), Tag());
    return Wait();
  }
  bool CloseSending() {
    stream_->WritesDone(Tag());
    return Wait();
  }
  std::optional<std::string> Receive() {
    grpc::ByteBuffer buffer;
    stream_->Read(&buffer, Tag());
    if (!Wait()) return std::nullopt;
    grpc::Slice slice;
    if (!buffer.DumpToSingleSlice(&slice).ok()) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  grpc::Status Finish() {
    grpc::Status status;
    stream_->Finish(&status, Tag());
    Wait();
    finished_ = true;
    return status;
  }
  void Cancel() { context_.TryCancel(); }

 private:
  void* Tag() { return this; }
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  bool finished_ = false;
};

struct TestAnswer {
  std::string bytes;
  grpc::StatusCode code = grpc::StatusCode::UNKNOWN;
};

inline TestAnswer CallUnary(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                            std::string_view request) {
  TestStream stream(channel, path);
  stream.Send(request);
  stream.CloseSending();
  std::optional<std::string> bytes = stream.Receive();
  const grpc::Status status = stream.Finish();
  return {std::move(bytes).value_or(""), status.error_code()};
}

}  // namespace ward::server

#endif  // WARD_TESTS_UNIT_SERVER_GRPC_CLIENT_H_
