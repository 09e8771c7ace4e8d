//! Choices: enums of which each value has one word for files, the command line and the screen.

/// A few values with a word each, as `choices!` declares them.
pub trait Choice: Copy + PartialEq + 'static {
    /// Every value, in the order in which they are offered.
    const ALL: &'static [Self];

    /// The value's word.
    fn id(self) -> &'static str;

    /// The value with this word.
    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|choice| choice.id() == id)
    }
}

/// Declares enums by one row a value: doc comment, name and word. The rows also make the lists of values and words,
/// the way from one to the other, and how serde reads and writes them.
macro_rules! choices {
    ($(
        $(#[$about:meta])*
        pub enum $name:ident { $($(#[$meaning:meta])* $value:ident = $id:literal,)+ }
    )+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$meaning])* #[serde(rename = $id)] $value,)+ }

        impl $name {
            /// Every value, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];
            /// Their words, in the same order.
            pub const IDS: &'static [&'static str] = &[$($id),+];

            /// The word used in files, on the command line and on the screen.
            pub const fn id(self) -> &'static str {
                Self::IDS[self as usize]
            }

            /// The value with this word.
            pub fn from_id(id: &str) -> Option<Self> {
                <Self as $crate::engine::choice::Choice>::from_id(id)
            }
        }

        impl $crate::engine::choice::Choice for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn id(self) -> &'static str {
                self.id()
            }
        }
    )+};
}

pub(crate) use choices;

#[cfg(test)]
mod tests {
    use crate::engine::serving::ServingEngine;

    #[test]
    fn values_and_words_belong_together() {
        assert_eq!(ServingEngine::ALL.len(), ServingEngine::IDS.len());
        for (engine, id) in ServingEngine::ALL.iter().zip(ServingEngine::IDS) {
            assert_eq!(engine.id(), *id);
            assert_eq!(ServingEngine::from_id(id), Some(*engine));
            assert_eq!(serde_json::to_value(engine).unwrap(), *id);
            assert_eq!(serde_json::from_value::<ServingEngine>((*id).into()).unwrap(), *engine);
        }
        assert_eq!(ServingEngine::from_id("llama.cpp"), None);
    }
}
