//! [`Row`]: one kernel function with its bound, as `ddi!` declares it.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, TypeBareFn};

use super::Level;

/// One row of a `ddi!` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What the library calls it.
    pub name: String,
    /// What the kernel calls it.
    pub function: String,
    pub level: Level,
    /// `ApcsEnabled` or `ApcsDisabled`.
    pub apcs: Option<String>,
    /// Under which the function's page allows a looser bound.
    pub condition: Option<String>,
}

impl Parse for Row {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name: Ident = input.parse()?;
        let function = match input.parse::<Option<Token![=]>>()? {
            Some(_) => input.parse::<Ident>()?,
            None => name.clone(),
        };
        input.parse::<Token![<=]>()?;
        let level: Ident = input.parse()?;
        let apcs = match input.parse::<Option<Token![,]>>()? {
            Some(_) => Some(input.parse::<Ident>()?.to_string()),
            None => None,
        };
        let condition = if input.peek(Ident) {
            input.parse::<Ident>()?;
            Some(input.parse::<LitStr>()?.value())
        } else {
            None
        };
        input.parse::<Token![:]>()?;
        input.parse::<TypeBareFn>()?;
        Ok(Self {
            level: Level::of_type(&level.to_string())
                .ok_or_else(|| syn::Error::new(level.span(), "not a level"))?,
            name: name.to_string(),
            function: function.to_string(),
            apcs,
            condition,
        })
    }
}

/// The rows of a source file with `ddi!` tables.
pub fn rows(file: &syn::File) -> Vec<Row> {
    let tables = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.is_ident("ddi") => Some(&item.mac),
        _ => None,
    });
    tables
        .flat_map(|table| {
            table
                .parse_body_with(Punctuated::<Row, Token![;]>::parse_terminated)
                .expect("a ddi! table")
        })
        .collect()
}
