dnl SPDX-License-Identifier: GPL-3.0-or-later
dnl What configure.ac uses to look for flags and libraries.  Nothing stops at the first library that is
dnl missing: each is noted, and QUIRE_REPORT_MISSING names them all, with their Debian packages.

dnl QUIRE_MISSING(WHAT, DEBIAN-PACKAGE)
AC_DEFUN([QUIRE_MISSING],
  [quire_missing="$quire_missing
  $1 is missing: apt install $2"
  quire_packages="$quire_packages $2"])

dnl QUIRE_NEED_MODULE(VARIABLE, PKG-CONFIG-MODULE, NAME, DEBIAN-PACKAGE)
dnl Sets VARIABLE_CFLAGS and VARIABLE_LIBS.
AC_DEFUN([QUIRE_NEED_MODULE],
  [PKG_CHECK_MODULES([$1], [$2], [], [QUIRE_MISSING([$3], [$4])])])

dnl QUIRE_NEED_HEADER(VARIABLE, LIBRARY, FUNCTION, HEADER, NAME, DEBIAN-PACKAGE)
dnl For a library that pkg-config does not know.  Sets VARIABLE_LIBS.
AC_DEFUN([QUIRE_NEED_HEADER],
  [quire_is_here=no
  AC_CHECK_HEADER([$4],
    [AC_CHECK_LIB([$2], [$3], [quire_is_here=yes])])
  AS_IF([test $quire_is_here = yes], [$1_LIBS=-l$2], [QUIRE_MISSING([$5], [$6])])
  AC_SUBST([$1_LIBS])])

AC_DEFUN([QUIRE_REPORT_MISSING],
  [AS_IF([test "x$quire_missing" != x],
    [AC_MSG_ERROR([what quire needs is not all here:$quire_missing
All of it at once: apt install$quire_packages])])])

dnl QUIRE_TRY_SANITIZE_FLAG(FLAG)
dnl Adds FLAG to SANITIZE_FLAGS where the compiler knows it.
AC_DEFUN([QUIRE_TRY_SANITIZE_FLAG],
  [AC_MSG_CHECKING([whether $CC knows $1])
  quire_cflags=$CFLAGS
  CFLAGS="$CFLAGS $1"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
    [AC_MSG_RESULT([yes])
    SANITIZE_FLAGS="$SANITIZE_FLAGS $1"],
    [AC_MSG_RESULT([no])])
  CFLAGS=$quire_cflags])
