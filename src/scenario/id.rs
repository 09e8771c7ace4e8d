//! The name of every parameter, so that a misspelled one does not compile.

use crate::scenario::table::parameters;

macro_rules! declare_names {
    (
        { $($(#[$top_meaning:meta])+ $_f:ident: $_t:ty = $_d:expr => $top:ident $_c:tt;)* }
        $($(#[$_a:meta])+ $_n:ident: $_s:ident, $_m:ident {
            $($(#[$meaning:meta])+ $_field:ident: $_type:ty = $_default:expr => $id:ident $_columns:tt;)*
        })*
        [$(#[$_about:meta])+ $_tier:ident: $_struct:ident {
            $($(#[$tier_meaning:meta])+ $_tf:ident: $_tt:ty = $_td:expr =>
                $first:ident $second:ident $third:ident $fourth:ident $_tc:tt;)*
        }]
    ) => {
        /// The name of a parameter: a row of the one table, and the way to everything that is known of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ParamId {
            $($(#[$top_meaning])+ $top,)*
            $($($(#[$meaning])+ $id,)*)*
            $($(#[$tier_meaning])+ $first,)*
            $($(#[$tier_meaning])+ $second,)*
            $($(#[$tier_meaning])+ $third,)*
            $($(#[$tier_meaning])+ $fourth,)*
        }
    };
}

parameters!(declare_names);
