/*
 * sanitizer - whether the program is built with the address sanitizer
 *
 * It finds an access beyond the end of memory only if that is exactly as large as requested.
 */
#ifndef PARSER_SANITIZER_H
#define PARSER_SANITIZER_H

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER 1
#else
#define HAS_ADDRESS_SANITIZER 0
#endif

#endif
