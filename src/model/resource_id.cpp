#include "model/resource_id.hpp"

#include "model/text.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace adxf::model {

namespace {

// Positions of the parts of /subscriptions/<1>/resourceGroups/<3>/providers/<5>/<type>/<name>/…
constexpr std::size_t kSubscription = 1;
constexpr std::size_t kGroup = 3;
constexpr std::size_t kProvider = 5;
constexpr std::size_t kFirstType = 6;

std::vector<std::string_view> Split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    text.remove_prefix(1);
    std::size_t const end = std::min(text.find('/'), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return parts;
}

Failure Malformed(std::string_view text, std::string_view why) {
  return Fail(Code::kInvalid,
              "resource id '" + Shorten(text, 200) + "' " + std::string(why) +
                  "; expected "
                  "/subscriptions/<id>/resourceGroups/<name>/providers/<namespace>/<type>/<name>");
}

bool HasShape(std::vector<std::string_view> const& parts) {
  std::size_t const count = parts.size();
  if (count < 2 || count % 2 != 0 || !EqualsIgnoreCase(parts[0], "subscriptions")) return false;
  if (count >= 4 && !EqualsIgnoreCase(parts[2], "resourceGroups")) return false;
  if (count >= 6 && !EqualsIgnoreCase(parts[4], "providers")) return false;
  return count != 6;
}

std::string EncodeName(std::string_view name) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (char const c : name) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f &&
        std::string_view("/?#%\\").find(c) == std::string_view::npos) {
      encoded += c;
      continue;
    }
    encoded += '%';
    encoded += kDigits[byte >> 4U];
    encoded += kDigits[byte & 0xFU];
  }
  return encoded;
}

}  // namespace

ResourceId::ResourceId(std::string_view text) : text_(text), key_(ToLower(text)) {}

Result<ResourceId> ResourceId::Parse(std::string_view text) {
  if (text.empty() || text.front() != '/') return Malformed(text, "does not start with a slash");
  if (HasControlCharacter(text)) return Malformed("", "holds a control character");
  if (text.find_first_of("?#%\\") != std::string_view::npos)
    return Malformed(text, "holds one of ? # % \\");
  auto const parts = Split(text);
  if (std::ranges::any_of(parts,
                          [](auto part) { return part.empty() || part == "." || part == ".."; }) ||
      text.back() == '/') {
    return Malformed(text, "has an empty part");
  }
  if (!HasShape(parts)) return Malformed(text, "is not complete");
  return ResourceId(text);
}

std::string_view ResourceId::Segment(std::size_t index) const {
  std::string_view rest = text_;
  for (std::size_t i = 0; !rest.empty(); ++i) {
    rest.remove_prefix(1);
    std::size_t const end = std::min(rest.find('/'), rest.size());
    if (i == index) return rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return {};
}

std::string_view ResourceId::SubscriptionId() const { return Segment(kSubscription); }
std::string_view ResourceId::ResourceGroup() const { return Segment(kGroup); }
std::string_view ResourceId::Provider() const { return Segment(kProvider); }

std::string_view ResourceId::Name() const {
  std::size_t const slash = Text().rfind('/');
  return slash == std::string::npos ? std::string_view{}
                                    : std::string_view(text_).substr(slash + 1);
}

std::string ResourceId::Type() const {
  auto const parts = Split(text_);
  if (parts.size() <= kProvider) return {};
  std::string type(parts[kProvider]);
  for (std::size_t i = kFirstType; i < parts.size(); i += 2) type.append("/").append(parts[i]);
  return type;
}

bool ResourceId::IsOfType(std::string_view type) const { return EqualsIgnoreCase(Type(), type); }

ResourceId ResourceId::Child(std::string_view type, std::string_view name) const {
  return ResourceId(Text() + "/" + std::string(type) + "/" + EncodeName(name));
}

ResourceId ResourceId::Parent() const {
  auto const parts = Split(text_);
  if (parts.size() <= 2) return {};
  // The resource group encloses a top-level resource: four parts go,
  // /providers/<namespace>/<type>/<name>.
  std::size_t const dropped = parts.size() == kFirstType + 2 ? 4 : 2;
  std::size_t length = text_.size();
  for (std::size_t i = 0; i < dropped; ++i) length -= parts[parts.size() - 1 - i].size() + 1;
  return ResourceId(Text().substr(0, length));
}

std::string NormaliseLocation(std::string_view location) {
  std::string place = ToLower(location);
  std::erase(place, ' ');
  return place;
}

}  // namespace adxf::model
