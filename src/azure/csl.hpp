#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/principal.hpp"
#include "model/timespan.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// Text of Kusto management commands. Text of users reaches a command only through the quoting
/// types below, and `Csl` can be made only from a format known at compile time and such types.
namespace adxf::azure {

/// Name of a database, table or view: always bracketed, `['name']`.
class Entity {
 public:
  /// kInvalid for an empty name, more than 1024 characters, control characters, bytes that are not
  /// UTF-8, and names that start or end with two underscores (reserved by Kusto).
  static Result<Entity> Parse(std::string_view name);

  [[nodiscard]] std::string const& Name() const { return name_; }
  [[nodiscard]] std::string Quoted() const;
  bool operator==(Entity const&) const = default;

 private:
  explicit Entity(std::string_view name) : name_(name) {}
  std::string name_;
};

/// A string literal, `'text'`.
class Literal {
 public:
  /// kInvalid for control characters and bytes that are not UTF-8.
  static Result<Literal> Parse(std::string_view text);

  [[nodiscard]] std::string const& Text() const { return text_; }
  [[nodiscard]] std::string Quoted() const;
  bool operator==(Literal const&) const = default;

 private:
  explicit Literal(std::string_view text) : text_(text) {}
  std::string text_;
};

/// `time(7.00:00:00)`
class TimespanLiteral {
 public:
  explicit TimespanLiteral(model::Timespan value) : value_(value) {}
  [[nodiscard]] std::string Quoted() const;

 private:
  model::Timespan value_;
};

/// `datetime(2026-01-31T00:00:00.000000Z)`
class DateTimeLiteral {
 public:
  explicit DateTimeLiteral(TimePoint value) : value_(value) {}
  [[nodiscard]] std::string Quoted() const;

 private:
  TimePoint value_;
};

/// `'aaduser=a@b.c'`
class PrincipalLiteral {
 public:
  /// kInvalid for control characters, as Literal.
  static Result<PrincipalLiteral> Of(model::Principal const& principal);
  /// For a principal that Kusto itself spelled (`PrincipalFQN`), to drop exactly that one.
  static Result<PrincipalLiteral> Parse(std::string_view fully_qualified_name);

  [[nodiscard]] std::string Quoted() const { return literal_.Quoted(); }
  bool operator==(PrincipalLiteral const&) const = default;

 private:
  explicit PrincipalLiteral(Literal literal) : literal_(std::move(literal)) {}
  Literal literal_;
};

/// A word of the grammar; only from program text.
class Keyword {
 public:
  template <std::size_t N>
  consteval explicit Keyword(char const (&word)[N]) : word_(word, N - 1) {}
  [[nodiscard]] std::string Quoted() const { return std::string(word_); }

 private:
  std::string_view word_;
};

class Csl;

template <class T>
concept Quoting =
    std::same_as<T, Entity> || std::same_as<T, Literal> || std::same_as<T, TimespanLiteral> ||
    std::same_as<T, DateTimeLiteral> || std::same_as<T, PrincipalLiteral> ||
    std::same_as<T, Keyword> || std::same_as<T, Csl>;

/// Quoted parts with commas between them.
template <Quoting T>
class CommaList {
 public:
  explicit CommaList(std::vector<T> const& parts) {
    for (auto const& part : parts) text_ += (text_.empty() ? "" : ", ") + part.Quoted();
  }
  [[nodiscard]] std::string Quoted() const { return text_; }

 private:
  std::string text_;
};

template <class T>
struct IsCommaList : std::false_type {};
template <Quoting T>
struct IsCommaList<CommaList<T>> : std::true_type {};

template <class T>
concept CslArgument = Quoting<T> || IsCommaList<T>::value;

/// A format known at compile time with exactly `Count` places "{}".
template <std::size_t Count>
class CslFormat {
 public:
  template <std::size_t N>
  consteval CslFormat(char const (&text)[N])
      : text_(text, N - 1) {  // NOLINT(google-explicit-constructor): called from Of only
    std::size_t places = 0;
    for (std::size_t i = 0; i + 1 < text_.size(); ++i)
      places += (text_[i] == '{' && text_[i + 1] == '}') ? 1U : 0U;
    if (places != Count) throw "the number of {} differs from the number of arguments";
  }
  [[nodiscard]] constexpr std::string_view Text() const { return text_; }

 private:
  std::string_view text_;
};

/// Text of a management command.
class Csl {
 public:
  template <CslArgument... Args>
  static Csl Of(std::type_identity_t<CslFormat<sizeof...(Args)>> format, Args const&... arguments) {
    std::array<std::string, sizeof...(Args)> const quoted{arguments.Quoted()...};
    return Csl(Fill(format.Text(), quoted.data()));
  }

  [[nodiscard]] std::string const& Text() const { return text_; }
  [[nodiscard]] std::string const& Quoted() const { return text_; }

 private:
  explicit Csl(std::string text) : text_(std::move(text)) {}
  static std::string Fill(std::string_view format, std::string const* quoted);

  std::string text_;
};

}  // namespace adxf::azure
