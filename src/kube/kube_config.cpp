#include "kube/kube_config.hpp"

#include "http/request.hpp"

#include <openssl/evp.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <utility>

namespace adxf::kube {
namespace {

constexpr std::string_view kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

struct KubeconfigFile {
  YAML::Node root{};
  std::string directory{};
  AccessSources const& sources;
};

std::string ScalarAt(YAML::Node const& node, char const* key) {
  if (!node.IsMap()) return {};
  auto const value = node[key];
  return value && value.IsScalar() ? value.Scalar() : std::string();
}

/// The entry of a list of {name, <inner>} with that name; an undefined node when there is none.
YAML::Node FindNamed(YAML::Node const& list, std::string const& name, char const* inner) {
  if (!list || !list.IsSequence()) return YAML::Node(YAML::NodeType::Undefined);
  for (auto const& entry : list) {
    if (ScalarAt(entry, "name") == name && entry[inner] && entry[inner].IsMap())
      return entry[inner];
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

Result<std::string> DecodeBase64(std::string const& text, std::string_view field) {
  std::string compact;
  for (char const c : text) {
    if (c != '\n' && c != '\r' && c != ' ') compact += c;
  }
  std::string bytes(compact.size() / 4 * 3, '\0');
  auto const length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                      reinterpret_cast<unsigned char const*>(compact.data()),
                                      static_cast<int>(compact.size()));
  if (compact.size() % 4 != 0 || length < 0)
    return Fail(Code::kInvalid, "kubeconfig: " + std::string(field) + " is not base64");
  auto padding = std::size_t{0};
  while (padding < 2 && compact.size() > padding && compact[compact.size() - 1 - padding] == '=')
    ++padding;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

std::string InDirectory(std::string const& directory, std::string const& path) {
  if (path.empty() || path.front() == '/' || directory.empty()) return path;
  return directory + "/" + path;
}

struct PemSource {
  std::string text{};
  std::string file{};
};

/// `<field>-data` (base64) wins over `<field>` (a file, which must be readable by now), as kubectl
/// has it.
Result<PemSource> DataOrFile(KubeconfigFile const& file, YAML::Node const& node,
                             std::string const& field) {
  auto const data = ScalarAt(node, (field + "-data").c_str());
  if (!data.empty()) {
    TRY_ASSIGN(auto text, DecodeBase64(data, field + "-data"));
    return PemSource{.text = std::move(text)};
  }
  auto path = InDirectory(file.directory, ScalarAt(node, field.c_str()));
  if (path.empty()) return PemSource{};
  if (auto const text = file.sources.read(path); !text)
    return Failure(text.error().Because("kubeconfig: " + field));
  return PemSource{.file = std::move(path)};
}

Result<void> ReadCluster(KubeconfigFile const& file, YAML::Node const& cluster,
                         ClusterAccess& access) {
  access.server_url = ScalarAt(cluster, "server");
  while (access.server_url.ends_with('/')) access.server_url.pop_back();
  if (access.server_url.empty())
    return Fail(Code::kInvalid, "kubeconfig: the cluster has no server");
  if (http::OriginOf(access.server_url).empty()) {
    return Fail(Code::kInvalid,
                "kubeconfig: the cluster's server must be a URL such as https://10.0.0.1:6443, "
                "without user information");
  }
  if (ScalarAt(cluster, "insecure-skip-tls-verify") == "true") {
    return Fail(Code::kInvalid,
                "kubeconfig: insecure-skip-tls-verify is not supported; give the cluster's "
                "certificate authority instead "
                "(certificate-authority or certificate-authority-data)");
  }
  if (!ScalarAt(cluster, "proxy-url").empty()) {
    return Fail(
        Code::kInvalid,
        "kubeconfig: proxy-url is not supported; give a server that can be reached directly");
  }
  TRY_ASSIGN(auto authority, DataOrFile(file, cluster, "certificate-authority"));
  access.ca_pem = std::move(authority.text);
  access.ca_file = std::move(authority.file);
  return {};
}

Result<void> RefusePlugins(YAML::Node const& user) {
  std::string_view const advice =
      "; use a service account token instead (kubectl create token, or token/tokenFile), or a "
      "client certificate";
  if (user["exec"])
    return Fail(Code::kInvalid,
                "kubeconfig: exec plug-ins are not supported" + std::string(advice));
  if (user["auth-provider"])
    return Fail(Code::kInvalid, "kubeconfig: auth-provider is not supported" + std::string(advice));
  if (user["username"])
    return Fail(Code::kInvalid,
                "kubeconfig: user name and password are not supported" + std::string(advice));
  return {};
}

Result<void> ReadUser(KubeconfigFile const& file, YAML::Node const& user, ClusterAccess& access) {
  if (auto const refused = RefusePlugins(user); !refused) return refused;
  TRY_ASSIGN(auto certificate, DataOrFile(file, user, "client-certificate"));
  TRY_ASSIGN(auto key, DataOrFile(file, user, "client-key"));
  bool const has_certificate = !certificate.text.empty() || !certificate.file.empty();
  bool const has_key = !key.text.empty() || !key.file.empty();
  if (has_certificate != has_key) {
    return Fail(Code::kInvalid,
                "kubeconfig: client-certificate and client-key must be given together");
  }
  access.client_certificate_pem = std::move(certificate.text);
  access.client_certificate_file = std::move(certificate.file);
  access.client_key_pem = Secret(std::move(key.text));
  access.client_key_file = std::move(key.file);
  auto const token_file = ScalarAt(user, "tokenFile");
  if (!token_file.empty()) {
    access.tokens = std::make_unique<TokenFile>(InDirectory(file.directory, token_file),
                                                file.sources.read, file.sources.clock);
    return {};
  }
  access.tokens = std::make_unique<FixedToken>(Secret(ScalarAt(user, "token")));
  return {};
}

Result<ClusterAccess> ReadContext(KubeconfigFile const& file, std::string context) {
  if (context.empty()) context = ScalarAt(file.root, "current-context");
  if (context.empty())
    return Fail(Code::kInvalid, "kubeconfig: no current-context; name the context to use");
  auto const chosen = FindNamed(file.root["contexts"], context, "context");
  if (!chosen.IsDefined())
    return Fail(Code::kInvalid, "kubeconfig: there is no context " + context);
  auto const cluster_name = ScalarAt(chosen, "cluster");
  auto const cluster = FindNamed(file.root["clusters"], cluster_name, "cluster");
  if (!cluster.IsDefined())
    return Fail(Code::kInvalid, "kubeconfig: there is no cluster " + cluster_name);
  auto const user_name = ScalarAt(chosen, "user");
  auto const user = FindNamed(file.root["users"], user_name, "user");
  if (!user.IsDefined()) return Fail(Code::kInvalid, "kubeconfig: there is no user " + user_name);

  ClusterAccess access;
  if (auto const read = ReadCluster(file, cluster, access); !read) return Failure(read.error());
  if (auto const read = ReadUser(file, user, access); !read) return Failure(read.error());
  access.default_namespace = ScalarAt(chosen, "namespace");
  if (access.default_namespace.empty()) access.default_namespace = "default";
  return access;
}

std::string DirectoryOf(std::string const& path) {
  auto const slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// An IPv6 address needs brackets in a URL.
std::string UrlHost(std::string const& host) {
  return host.contains(':') ? "[" + host + "]" : host;
}

}  // namespace

std::optional<std::string> ReadEnvironment(std::string const& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  char const* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<ClusterAccess> InClusterAccess(AccessSources const& sources) {
  auto const host = sources.environment("KUBERNETES_SERVICE_HOST").value_or("");
  auto const port = sources.environment("KUBERNETES_SERVICE_PORT").value_or("");
  if (host.empty() || port.empty()) {
    return Fail(Code::kInvalid,
                "not in a cluster (KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not "
                "set); give a kubeconfig file");
  }
  std::string const mount(kServiceAccount);
  ClusterAccess access;
  access.server_url = "https://" + UrlHost(host) + ":" + port;
  access.ca_file = mount + "ca.crt";
  if (auto const ca = sources.read(access.ca_file); !ca)
    return Failure(ca.error().Because("reading the cluster's certificate authority"));
  access.tokens = std::make_unique<TokenFile>(mount + "token", sources.read, sources.clock);
  if (auto const token = access.tokens->Token(); !token) return Failure(token.error());
  access.default_namespace = sources.read(mount + "namespace").value_or("default");
  return access;
}

Result<ClusterAccess> ParseKubeconfig(std::string_view yaml, std::string const& directory,
                                      std::string const& context, AccessSources const& sources) {
  try {
    KubeconfigFile const file{
        .root = YAML::Load(std::string(yaml)), .directory = directory, .sources = sources};
    if (!file.root.IsMap()) return Fail(Code::kInvalid, "kubeconfig: not a YAML map");
    return ReadContext(file, context);
  } catch (YAML::Exception const& error) {
    // The parser's own words may quote the text, and the text holds credentials: only the place is
    // told.
    return Fail(Code::kInvalid,
                "kubeconfig: not valid YAML near line " + std::to_string(error.mark.line + 1));
  }
}

Result<ClusterAccess> LoadAccess(AccessChoice const& choice, AccessSources const& sources) {
  auto path = choice.kubeconfig_path;
  if (path.empty()) path = sources.environment("KUBECONFIG").value_or("");
  if (path.empty()) return InClusterAccess(sources);
  TRY_ASSIGN(auto const text, sources.read(path));
  return ParseKubeconfig(text, DirectoryOf(path), choice.context, sources);
}

}  // namespace adxf::kube
