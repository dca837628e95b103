#include "model/packed.hpp"

#include <algorithm>
#include <cstring>

namespace adxf::model {
namespace {

// Of shorter texts the part before the name would take as much as it saves.
constexpr std::size_t kLongId = 40;

/// How much of the text is shared by others, in all likelihood.
std::size_t SharedPart(std::string_view text) {
  bool const is_long_id = text.size() > kLongId && text.front() == '/';
  return is_long_id ? text.rfind('/') + 1 : 0;
}

}  // namespace

void Packer::Put(std::string_view text) {
  auto const shared = SharedPart(text);
  Put(static_cast<std::int64_t>(text.size() - shared) * 2 + (shared > 0 ? 1 : 0));
  if (shared > 0) texts_.emplace_back(text.substr(0, shared));
  bytes_.append(text.substr(shared));
}

/// Seven bits a byte, the lowest first; the sign is the lowest bit of all, so that small negative
/// numbers are short, too.
void Packer::Put(std::int64_t number) {
  auto rest = (static_cast<std::uint64_t>(number) << 1U) ^ (number < 0 ? ~0ULL : 0ULL);
  for (; rest >= 0x80U; rest >>= 7U) bytes_.push_back(static_cast<char>((rest & 0x7fU) | 0x80U));
  bytes_.push_back(static_cast<char>(rest));
}

Packed Packer::Done() const {
  Packed packed;
  // NOLINTBEGIN(*-avoid-c-arrays): as in Packed
  packed.texts_ = std::make_unique<SharedText[]>(texts_.size());
  packed.bytes_ = std::make_unique<char[]>(bytes_.size());
  // NOLINTEND(*-avoid-c-arrays)
  std::ranges::copy(texts_, packed.texts_.get());
  std::memcpy(packed.bytes_.get(), bytes_.data(), bytes_.size());
  return packed;
}

void Unpacker::Take(std::string& text) {
  std::int64_t head = 0;
  Take(head);
  text.clear();
  if (head % 2 != 0) text = *text_++;
  auto const size = static_cast<std::size_t>(head / 2);
  text.append(byte_, size);
  byte_ += size;
}

void Unpacker::Take(std::int64_t& number) {
  std::uint64_t whole = 0;
  for (unsigned shift = 0;; shift += 7U) {
    auto const byte = static_cast<unsigned char>(*byte_++);
    whole |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) break;
  }
  number = static_cast<std::int64_t>((whole >> 1U) ^ ((whole & 1U) != 0 ? ~0ULL : 0ULL));
}

}  // namespace adxf::model
