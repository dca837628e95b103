#pragma once

#include "base/log.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::test {

/// Keeps log lines in memory. Thread-safe.
class MemoryLog final : public LogSink {
 public:
  struct Line {
    LogLevel level = LogLevel::kInfo;
    std::string message{};
    std::vector<LogField> fields{};

    /// The field's text, or "" when absent.
    [[nodiscard]] std::string Field(std::string_view key) const {
      auto const found = std::ranges::find(fields, key, &LogField::key);
      return found == fields.end() ? std::string() : found->text;
    }
  };

  explicit MemoryLog(LogLevel level = LogLevel::kTrace) : level_(level) {}

  void Write(LogLevel level, std::string_view message,
             std::vector<LogField> const& fields) override {
    std::lock_guard const lock(mutex_);
    lines_.push_back({level, std::string(message), fields});
    written_.notify_all();
  }
  [[nodiscard]] bool IsEnabled(LogLevel level) const override { return level >= level_; }

  [[nodiscard]] std::vector<Line> lines() const {
    std::lock_guard const lock(mutex_);
    return lines_;
  }
  [[nodiscard]] std::size_t Count(std::string_view message) const {
    std::lock_guard const lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(lines_, message, &Line::message));
  }
  /// Blocks (in real time) until the message was written.
  void Await(std::string_view message) {
    std::unique_lock lock(mutex_);
    written_.wait(lock, [&] { return std::ranges::count(lines_, message, &Line::message) > 0; });
  }
  /// Everything written, for "does not hold the secret".
  [[nodiscard]] std::string Text() const {
    std::lock_guard const lock(mutex_);
    std::string text;
    for (auto const& line : lines_) {
      text += line.message;
      for (auto const& field : line.fields) text += " " + field.key + "=" + field.text;
      text += "\n";
    }
    return text;
  }

 private:
  LogLevel const level_;
  mutable std::mutex mutex_;
  std::condition_variable written_;
  std::vector<Line> lines_;  // guarded by mutex_
};

}  // namespace adxf::test
