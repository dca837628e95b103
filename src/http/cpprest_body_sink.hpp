#pragma once

#include "http/cpprest_on_clang.hpp"

#include <cpprest/streams.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace adxf::http {

using Bytes = Concurrency::streams::details::streambuf_state_manager<std::uint8_t>;

/// Who takes the body of an answer.
class ByteTaker {
 public:
  virtual ~ByteTaker() = default;

  /// Called by the library with a piece of the body; the next piece comes when the task is done.
  virtual pplx::task<std::size_t> Accept(std::uint8_t const* bytes, std::size_t count) = 0;
};

/// The write end that the library sees; everything but writing is refused.
class BodySink final : public Bytes {
 public:
  explicit BodySink(std::shared_ptr<ByteTaker> taker)
      : Bytes(std::ios_base::out), taker_(std::move(taker)) {}

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return {traits::eof()}; }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return {traits::eof()}; }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return {traits::eof()};
  }
  bool acquire(std::uint8_t*&, std::size_t&) override { return false; }
  void release(std::uint8_t*, std::size_t) override {}

 protected:
  pplx::task<std::size_t> _putn(std::uint8_t const* bytes, std::size_t count) override {
    return taker_->Accept(bytes, count);
  }
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    return taker_->Accept(&byte, 1).then(
        [byte](std::size_t) { return static_cast<int_type>(byte); });
  }
  pplx::task<int_type> _bumpc() override { return NoByte(); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return NoByte(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return NoByte(); }
  pplx::task<int_type> _ungetc() override { return NoByte(); }
  pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override {
    return pplx::task_from_result<std::size_t>(0);
  }
  std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  std::uint8_t* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}

 private:
  static pplx::task<int_type> NoByte() { return pplx::task_from_result<int_type>(traits::eof()); }

  std::shared_ptr<ByteTaker> taker_;
};

}  // namespace adxf::http
