// The two versions differ in the package of their messages only, hence templates. A file is sent
// with everything it imports, imports first, so that a client needs one question.
#include "server/reflection.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "envoy/service/auth/v3/external_auth.pb.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"

namespace ward::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

constexpr std::string_view kV1 = "grpc.reflection.v1.ServerReflection";
constexpr std::string_view kV1Alpha = "grpc.reflection.v1alpha.ServerReflection";

// The linker drops what nobody names, and with it the descriptors.
std::array<const FileDescriptor*, 4> KnownFiles() {
  return {envoy::service::auth::v3::CheckRequest::descriptor()->file(),
          grpc::health::v1::HealthCheckRequest::descriptor()->file(),
          grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(),
          grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file()};
}

void CollectFiles(const FileDescriptor* file, std::set<const FileDescriptor*>& seen,
                  std::vector<const FileDescriptor*>& files) {
  if (!seen.insert(file).second) return;
  for (int i = 0; i < file->dependency_count(); ++i) CollectFiles(file->dependency(i), seen, files);
  files.push_back(file);
}

constexpr int kNotFound = static_cast<int>(CallStatus::kNotFound);
constexpr int kInvalidArgument = static_cast<int>(CallStatus::kInvalidArgument);

template <typename Request, typename Response>
class ReflectionService final : public ByteService {
 public:
  explicit ReflectionService(std::vector<std::string> services) : services_(std::move(services)) {}

  Reply Answer(std::string_view bytes) override {
    Request request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return {{}, CallStatus::kInvalidArgument, "not a ServerReflectionRequest"};
    }
    Response response;
    response.set_valid_host(request.host());
    *response.mutable_original_request() = request;
    Fill(request, response);
    response.SerializeToString(&bytes_);
    return {bytes_};
  }

 private:
  void Fill(const Request& request, Response& response) {
    const DescriptorPool* pool = DescriptorPool::generated_pool();
    switch (request.message_request_case()) {
      case Request::kFileByFilename:
        AddFiles(pool->FindFileByName(request.file_by_filename()), response);
        return;
      case Request::kFileContainingSymbol:
        AddFiles(pool->FindFileContainingSymbol(request.file_containing_symbol()), response);
        return;
      case Request::kFileContainingExtension: {
        const auto& wanted = request.file_containing_extension();
        const Descriptor* type = pool->FindMessageTypeByName(wanted.containing_type());
        const FieldDescriptor* extension =
            type == nullptr ? nullptr : pool->FindExtensionByNumber(type, wanted.extension_number());
        AddFiles(extension == nullptr ? nullptr : extension->file(), response);
        return;
      }
      case Request::kAllExtensionNumbersOfType:
        AddExtensions(request.all_extension_numbers_of_type(), response);
        return;
      case Request::kListServices:
        for (const std::string& service : services_) {
          response.mutable_list_services_response()->add_service()->set_name(service);
        }
        return;
      case Request::MESSAGE_REQUEST_NOT_SET:
        response.mutable_error_response()->set_error_code(kInvalidArgument);
        response.mutable_error_response()->set_error_message("no question");
        return;
    }
  }

  void AddFiles(const FileDescriptor* file, Response& response) {
    if (file == nullptr) {
      SayNotFound(response);
      return;
    }
    std::set<const FileDescriptor*> seen;
    std::vector<const FileDescriptor*> files;
    CollectFiles(file, seen, files);
    // The file asked for comes first.
    std::reverse(files.begin(), files.end());
    for (const FileDescriptor* needed : files) {
      google::protobuf::FileDescriptorProto proto;
      needed->CopyTo(&proto);
      proto.SerializeToString(response.mutable_file_descriptor_response()->add_file_descriptor_proto());
    }
  }

  void AddExtensions(const std::string& type_name, Response& response) {
    const DescriptorPool* pool = DescriptorPool::generated_pool();
    const Descriptor* type = pool->FindMessageTypeByName(type_name);
    if (type == nullptr) {
      SayNotFound(response);
      return;
    }
    std::vector<const FieldDescriptor*> extensions;
    pool->FindAllExtensions(type, &extensions);
    response.mutable_all_extension_numbers_response()->set_base_type_name(type_name);
    for (const FieldDescriptor* extension : extensions) {
      response.mutable_all_extension_numbers_response()->add_extension_number(extension->number());
    }
  }

  void SayNotFound(Response& response) {
    response.mutable_error_response()->set_error_code(kNotFound);
    response.mutable_error_response()->set_error_message("not found");
  }

  const std::vector<std::string> services_;
  std::string bytes_;
};

template <typename Request, typename Response>
Endpoint MakeEndpoint(std::string_view service, const std::vector<std::string>& services) {
  const auto make = [services]() -> Result<std::unique_ptr<ByteService>> {
    return std::unique_ptr<ByteService>(std::make_unique<ReflectionService<Request, Response>>(services));
  };
  return {"/" + std::string(service) + "/ServerReflectionInfo", CallShape::kExchange, make};
}

}  // namespace

std::vector<Endpoint> ReflectionEndpoints(std::vector<std::string> services) {
  namespace v1 = grpc::reflection::v1;
  namespace v1alpha = grpc::reflection::v1alpha;
  for (const FileDescriptor* file : KnownFiles()) static_cast<void>(file->name());
  services.emplace_back(kV1);
  services.emplace_back(kV1Alpha);
  std::sort(services.begin(), services.end());
  return {MakeEndpoint<v1::ServerReflectionRequest, v1::ServerReflectionResponse>(kV1, services),
          MakeEndpoint<v1alpha::ServerReflectionRequest, v1alpha::ServerReflectionResponse>(kV1Alpha, services)};
}

}  // namespace ward::server
